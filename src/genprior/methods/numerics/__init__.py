"""What methods compute, apart from their settings: studies use it too."""
