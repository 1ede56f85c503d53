"""What a user can set right, said in one line."""


class Fault(Exception):
    """What was given is at fault; the message is one line that says what, and what is allowed."""

    def __init__(self, message: object):
        super().__init__(" ".join(str(message).split()))
