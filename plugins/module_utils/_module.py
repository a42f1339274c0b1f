# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ansible side of every module: options in, results out, secrets kept, and the one place that fails."""

from __future__ import annotations

import gc
import json
import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import Spec, connection_options
from ansible_collections.crosslink.grafana.plugins.module_utils._client import REQUESTS_IMPORT_ERROR, Client
from ansible_collections.crosslink.grafana.plugins.module_utils._connection import (
    SHORTEST_SECRET,
    connection_from,
    environment_secrets,
    option_secrets,
    sent_secrets,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import CrosslinkError, Defect, Mistake, one_line
from ansible_collections.crosslink.grafana.plugins.module_utils._words import is_whole_text

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
# Rows are many and hold no cycles: looking for some every 700 objects took a third of the time of 100,000 rows.
OBJECTS_BETWEEN_COLLECTIONS = 100_000
INTERPRETER_ADVICE = (
    "On the controller itself, set ansible_python_interpreter to {{ ansible_playbook_python }} to run modules with Ansible's own Python."
)


class GrafanaModule(AnsibleModule):
    """An AnsibleModule with the connection options.

    ``given`` are the options as the task gave them, before aliases and defaults. Secrets that Ansible does not know as
    such are registered before it validates anything, since a failed validation prints the options.
    """

    def __init__(self, argument_spec: Spec) -> None:
        self.given: dict[str, t.Any] = {}
        self._http_headers: t.Any = None
        self._unusable: list[str] = []  # sentences
        super().__init__(argument_spec={**connection_options(), **argument_spec}, supports_check_mode=True)

    def _load_params(self) -> None:
        super()._load_params()
        # Ansible itself would end with a traceback when it logs these.
        for name, value in self.params.items():
            if isinstance(value, str) and not is_whole_text(value):
                self.params[name] = None
                self._unusable.append("%s has half a character (a lone surrogate), which Grafana cannot keep." % name)
        self.given = dict(self.params)
        self._http_headers = self.params["http_headers"] = self.params.get("http_headers") or None
        if isinstance(self._http_headers, str):
            try:
                self._http_headers = check_type_dict(self._http_headers)
            except TypeError:
                self.no_log_values.update([self._http_headers] if len(self._http_headers) >= SHORTEST_SECRET else [])
        # Ansible's own sentence for these does not name the option.
        for name in [name for name, option in self.argument_spec.items() if option.get("options") and option["type"] == "dict"]:
            try:
                check_type_dict(self.params.get(name) or {})
            except TypeError:
                self.params[name] = None
                self._unusable.append("%s must be a mapping (with key=value: JSON text of one)." % name)
        # With key=value a list is text, which Ansible itself would cut at its commas.
        for name in [name for name, option in self.argument_spec.items() if option.get("elements") == "raw"]:
            value = self.params.get(name)
            if isinstance(value, str):
                try:
                    self.params[name] = json.loads(value)
                except ValueError:
                    self.params[name] = None
                    self._unusable.append("%s must be a list (with key=value: JSON text of one)." % name)
        # Ansible collects these itself, but not when a suboption is of a wrong type.
        for name in ("token", "grafana_api_key", "url_password"):
            if self.params.get(name):
                self.no_log_values.add(str(self.params[name]))
        if self._http_headers is not None and not isinstance(self._http_headers, dict):
            self.params["http_headers"] = HIDDEN
        if isinstance(self._http_headers, dict):
            # Hidden in the echo of the options, but not registered when short: a tenant "1" would censor every 1.
            self.params["http_headers"] = dict.fromkeys(self._http_headers, HIDDEN)
        self.no_log_values.update(option_secrets(self.params.get("url"), self._http_headers))

    @property
    def lock_folder(self) -> str:
        """The user's own folder for Ansible's temporary files, where all runs of that user on this host meet."""
        return os.path.expanduser(os.path.expandvars(self._remote_tmp or "~/.ansible/tmp"))

    def connect(self) -> Client:
        """A client for the Grafana that the options and the environment describe. Raises Mistake."""
        self.no_log_values.update(environment_secrets(os.environ))
        for name, option in self.argument_spec.items():
            spelled = [spelling for spelling in (name, *option.get("aliases", ())) if self.given.get(spelling) is not None]
            if len(spelled) > 1:
                first = "%s and its alias %s" if spelled[0] == name else "%s and %s, aliases of " + name + ","
                raise Mistake((first + " are both given: leave one of them out.") % (spelled[0], spelled[1]))
        if self._unusable:
            raise Mistake(" ".join(self._unusable))
        params = dict(self.params, http_headers=self._http_headers)
        connection = connection_from(params, os.environ)
        # What is sent is a secret too, in whatever form: a proxy may send it back.
        self.no_log_values.update(sent_secrets(connection))
        return Client(connection)

    def warn_of(self, sentences: t.Iterable[str]) -> None:
        """Show these warnings with the result."""
        for sentence in sentences:
            self.warn(one_line(sentence))

    def censors(self, value: t.Any) -> bool:
        """Whether a word that Ansible will replace by stars occurs in the value."""
        text = json.dumps(value, ensure_ascii=False)
        return any(word and json.dumps(word, ensure_ascii=False)[1:-1] in text for word in self.no_log_values)


def run_module(argument_spec: Spec, work: t.Callable[[GrafanaModule, Client], dict[str, t.Any]]) -> None:
    """Do a module's work with a client, and exit with its result or with one sentence."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    module = GrafanaModule(argument_spec)
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(msg="%s. Install it there (pip install requests). %s" % (missing_required_lib("requests").rstrip("."), INTERPRETER_ADVICE))
    try:
        result = work(module, module.connect())
    except CrosslinkError as error:
        module.fail_json(msg=one_line(str(error)), **error.details())
    except Exception as error:  # even its traceback has to pass Ansible's censor
        defect = Defect(error)
        module.fail_json(msg=str(defect), **defect.details())
    module.exit_json(**result)
