"""Commands and scripts captured as runs: started at once, recorded while they work, told to the end even if we are killed."""
