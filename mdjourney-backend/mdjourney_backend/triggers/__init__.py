"""One file per trigger: pure plans from what happened to the edits it asks for."""
