"""Methods of recovery, one file each.

A method's file has

* ``NAME``, its name in a configuration;
* ``Settings``, what can be chosen, with a description and a default for every key (pydantic);
* ``require(problem)``, which raises ``contract.NotApplicable`` for a problem that it is not for;
* ``recover(problem, start, tie_direction, settings, stream)``, which returns a ``contract.Found``;
* ``DESCENDS = True`` where it is gradient descent with the experiment's own settings of descent.

``registry`` names them all; no job imports it, and no method another, so that a job depends on its
own method's file alone.  ``numerics`` has what methods and studies compute alike.  No method is
told the latent code x0.
"""
