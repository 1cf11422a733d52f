"""Modules that `names.py` imports: same helper names, same global names, different meanings."""
