"""The life of a run: started, completed, reopened, abandoned; and commands captured as runs."""
