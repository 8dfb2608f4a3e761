"""Sphinx settings."""

import radassoc

project = "radassoc"
author = "The radassoc developers"
copyright = "2026, the radassoc developers"
version = release = radassoc.__version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax", "numpydoc", "myst_parser"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "_templates"]
templates_path = ["_templates"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False}
html_show_sourcelink = False
autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
# names of other libraries are not resolved, because the documentation is built without the network
nitpick_ignore_regex = [(r"py:.*", r"(?!radassoc\.).*")]
