"""A stack whose package nobody has."""

REQUIRES = ("a_package_that_nobody_has",)
