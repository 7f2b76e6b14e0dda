"""A return judged by software that nobody here wrote: csc-validator-be-903, in an environment of its own."""
