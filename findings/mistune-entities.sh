#!/usr/bin/env bash
# mistune 3.4.0 (PyPI): character references in a text are shown as they are written.
#
# CommonMark 0.31.2, section 2.5: a reference such as `&lt;` or `&#36;` in a text stands for the character. mistune escapes the
# ampersand instead, so that a reader sees `&lt;b>` and `&#36;5`. A backslash in front of the character does what it should. Of
# eight renderers tried (cmark-gfm, goldmark, markdown-it, markdown2, marked, micromark, mistune, Python-Markdown) it is the only one.
# Output seen on 2026-11-29 with Python 3.11, first mistune, then markdown-it-py 4.3.0:
#
#     <p>&amp;lt;b&gt; costs &amp;#36;5, &amp; more</p>
#     <p>&lt;b&gt; costs $5, &amp; more</p>
#
# portgen therefore writes a reference only where the character alone would mean something else, and a backslash where the other
# renderers know it; a test of its Markdown format lists both.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mistune==3.4.0 markdown-it-py==4.3.0
cat >show.py <<'PYTHON'
import mistune
from markdown_it import MarkdownIt

text = "&lt;b> costs &#36;5, \\& more"
print(mistune.create_markdown()(text).strip())
print(MarkdownIt().render(text).strip())
PYTHON
venv/bin/python show.py | tee seen
diff - seen <<'HTML'
<p>&amp;lt;b&gt; costs &amp;#36;5, &amp; more</p>
<p>&lt;b&gt; costs $5, &amp; more</p>
HTML
