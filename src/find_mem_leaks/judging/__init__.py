"""From a series of readings to a verdict. Nothing here measures or renders."""
