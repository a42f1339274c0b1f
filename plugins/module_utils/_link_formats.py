# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The formats of variables, as in ``${name:percentencode}``: those of the npm package ``@grafana/scenes``. Pure.

A value is what JSON can hold, but null. A variable has no name in Explore, so formats that use it write ``undefined``.
"""

from __future__ import annotations

import datetime
import html
import math
import re
import typing as t
import urllib.parse

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_characters import SPACES, python_class
from ansible_collections.crosslink.grafana.plugins.module_utils._javascript_values import (
    integer_at_start,
    is_number,
    json_text,
    list_text,
    number_in,
    number_text,
    shown_text,
    text_of,
)

NO_NAME = "undefined"
_LUCENE = re.compile(r'[!*+\-=<>&|()\[\]{}^~?:\\/"]|' + python_class(SPACES))
_REGEX = re.compile(r"[\\^$*+?.()|\[\]{}/]")
_LAST_TIME = 8.64e15  # milliseconds that a JavaScript date can be away from 1970
_400_YEARS = 146097 * 86_400_000  # milliseconds after which the calendar repeats


def formatted(value: t.Any, format_: str | None, text: str | None = None) -> str:
    """The value as its format writes it; an unknown format is taken for glob.

    ``text`` is what the format ``text`` shows instead of the value. Raises InputError for what no preview can know.
    """
    if isinstance(value, dict):
        value = text_of(value)
    name, *arguments = (format_ or "glob").split(":")
    if name == "text":
        return _text(value if text is None else text)
    return _FORMATTERS.get(name, _glob)(value, arguments)


def _not_previewable(reason: str) -> InputError:
    return InputError(reason, "not_previewable")


def _glob(value: t.Any, _arguments: t.Sequence[str]) -> str:
    is_long = isinstance(value, list) and len(value) > 1
    return "{%s}" % list_text(value, ",") if is_long else text_of(value)


def _join(value: t.Any, arguments: t.Sequence[str]) -> str:
    return list_text(value, arguments[0] if arguments else ",") if isinstance(value, list) else text_of(value)


def _distributed(value: t.Any, _arguments: t.Sequence[str]) -> str:
    if not isinstance(value, list):
        return text_of(value)
    return list_text(
        [item if not index else "%s=%s" % (NO_NAME, text_of(item)) for index, item in enumerate(value)], ","
    )


def _json(value: t.Any, _arguments: t.Sequence[str]) -> str:
    return value if isinstance(value, str) else json_text(value)


def _html(value: t.Any, _arguments: t.Sequence[str]) -> str:
    text = list_text(value, ", ") if isinstance(value, list) else text_of(value)
    return html.escape(text).replace("&#x27;", "&#39;")


def _text(value: t.Any) -> str:
    return "All" if value == "$__all" else text_of(value)


def _each(value: t.Any, quoted: t.Callable[[str], str]) -> str:
    """The values of a list, or the one, in quotes."""
    return ",".join(quoted(shown_text(item)) for item in value) if isinstance(value, list) else quoted(text_of(value))


def _single_quote(value: t.Any, _arguments: t.Sequence[str]) -> str:
    return _each(value, lambda text: "'%s'" % text.replace("'", "\\'"))


def _double_quote(value: t.Any, _arguments: t.Sequence[str]) -> str:
    return _each(value, lambda text: '"%s"' % text.replace('"', '\\"'))


def _sql_string(value: t.Any, _arguments: t.Sequence[str]) -> str:
    return _each(value, lambda text: "'%s'" % text.replace("'", "''").replace('"', '\\"'))


def _regex(value: t.Any, _arguments: t.Sequence[str]) -> str:
    values = value if isinstance(value, list) else [value]
    escaped = [_REGEX.sub(r"\\\g<0>", text_of(item)) for item in values]
    return escaped[0] if len(escaped) == 1 else "(%s)" % "|".join(escaped)


def _lucene(value: t.Any, _arguments: t.Sequence[str]) -> str:
    if not isinstance(value, list):
        return _lucene_escaped(text_of(value))
    if not value:
        return "__empty__"
    for item in value:
        if isinstance(item, (list, dict)) and math.isnan(number_in(text_of(item))):
            raise _not_previewable("Explore fails on the format lucene for a list with lists or mappings.")
    return "(%s)" % " OR ".join('"%s"' % _lucene_escaped(text_of(item)) for item in value)


def _lucene_escaped(text: str) -> str:
    is_number_or_empty = not math.isnan(number_in(text))
    return text if is_number_or_empty else _LUCENE.sub(r"\\\g<0>", text)


def _quoted_for_url(text: str, plain: str) -> str:
    try:
        return urllib.parse.quote(text, safe=plain)
    except UnicodeEncodeError:
        raise _not_previewable("Explore cannot encode half of a character beyond U+FFFF, such as an emoji.") from None


def _in_braces(value: t.Any) -> str:
    return "{%s}" % list_text(value, ",") if isinstance(value, list) else text_of(value)


def _query_parameter(value: t.Any, _arguments: t.Sequence[str]) -> str:
    return _parameters(value, "var-" + NO_NAME, "")


def _custom_query_parameter(value: t.Any, arguments: t.Sequence[str]) -> str:
    name, prefix, *_rest = (*arguments, "", "")
    return _parameters(value, _quoted_for_url(name or NO_NAME, ""), _quoted_for_url(prefix, ""))


def _parameters(value: t.Any, name: str, prefix: str) -> str:
    values = value if isinstance(value, list) else [value]
    return "&".join("%s=%s%s" % (name, prefix, _quoted_for_url(text_of(item), "")) for item in values)


def _date(value: t.Any, arguments: t.Sequence[str]) -> str:
    milliseconds = value if is_number(value) else integer_at_start(value) if isinstance(value, str) else math.nan
    if math.isnan(milliseconds):
        return "NaN"
    wanted = arguments[0] if arguments else "iso"
    if wanted == "ms":
        return text_of(value)
    if wanted == "seconds":
        return number_text(math.floor(milliseconds / 1000 + 0.5))
    if wanted == "iso":
        return _iso(milliseconds)
    raise _not_previewable(
        "The format date:%s depends on the time zone of the browser: use date:iso." % ":".join(arguments)
    )


def _iso(milliseconds: float) -> str:
    if abs(milliseconds) > _LAST_TIME:
        return "null"
    # Python knows the years 1 to 9999 only.
    cycles, rest = divmod(math.trunc(milliseconds), _400_YEARS)
    time = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=rest)
    year = time.year + 400 * cycles
    years = "%04d" % year if 0 <= year <= 9999 else "%+07d" % year
    return "%s-%s.%03dZ" % (years, time.strftime("%m-%dT%H:%M:%S"), time.microsecond // 1000)


_FORMATTERS: t.Mapping[str, t.Callable[[t.Any, t.Sequence[str]], str]] = {
    "csv": lambda value, _arguments: _join(value, ()),
    "customqueryparam": _custom_query_parameter,
    "date": _date,
    "distributed": _distributed,
    "doublequote": _double_quote,
    "glob": _glob,
    "html": _html,
    "join": _join,
    "json": _json,
    "lucene": _lucene,
    "percentencode": lambda value, _arguments: _quoted_for_url(_in_braces(value), ""),
    "pipe": lambda value, _arguments: _join(value, ("|",)),
    "queryparam": _query_parameter,
    "raw": lambda value, _arguments: text_of(value),
    "regex": _regex,
    "singlequote": _single_quote,
    "sqlstring": _sql_string,
    "uriencode": lambda value, _arguments: _quoted_for_url(_in_braces(value), ";/?:@&=+$,#"),
}
