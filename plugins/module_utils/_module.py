# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ansible side of every module: options in, results out, secrets kept, and the one place that fails."""

from __future__ import annotations

import gc
import json
import os
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.crosslink.grafana.plugins.module_utils._argument_spec import Spec, connection_options
from ansible_collections.crosslink.grafana.plugins.module_utils._connection import (
    NEVER_EMPTY,
    connection_from,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._errors import (
    CrosslinkError,
    InputErrors,
    InternalError,
    Problem,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._http_client import REQUESTS_IMPORT_ERROR, Client
from ansible_collections.crosslink.grafana.plugins.module_utils._options import list_in, option_problems, spellings_of
from ansible_collections.crosslink.grafana.plugins.module_utils._secrets import (
    SHORTEST_SECRET,
    environment_secrets,
    forms_of_secret,
    option_secrets,
    sent_secrets,
)
from ansible_collections.crosslink.grafana.plugins.module_utils._text import missing_library, one_line

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
# Correlations are many and have no cycles: with the default of 700, garbage collection took a third of the time.
OBJECTS_BETWEEN_COLLECTIONS = 100_000
INTERPRETER_ADVICE = (
    "To use Ansible's own Python on the controller, set ansible_python_interpreter to {{ ansible_playbook_python }}."
)


class CrosslinkModule(AnsibleModule):
    """An AnsibleModule that reports all errors in its options together, in sentences.

    ``given`` are the options as the task gave them, before aliases and defaults. They are checked before Ansible
    validates anything, since a failed validation prints the options.
    """

    def __init__(self, argument_spec: Spec) -> None:
        self.params: dict[str, t.Any] = {}
        self.given: dict[str, t.Any] = {}
        self._problems: list[Problem] = []
        super().__init__(argument_spec=argument_spec, supports_check_mode=True)

    def _load_params(self) -> None:
        super()._load_params()
        internal = {name: value for name, value in self.params.items() if str(name).startswith("_ansible_")}
        self.given = {name: value for name, value in self.params.items() if name not in internal}
        usable = self._usable_options()
        self._problems = option_problems(self.argument_spec, usable, NEVER_EMPTY)
        if self._problems:
            # check_options() reports them all; Ansible would report one, with an echo of all options.
            self.params = internal
            return
        for name, option in self.argument_spec.items():
            if option.get("elements") == "raw" and isinstance(usable.get(name), str):
                usable[name] = list_in(usable[name])
        self.params = {**internal, **self._shown_options(usable)}

    def _usable_options(self) -> dict[str, t.Any]:
        """The given options, with those parsed that Ansible does not parse."""
        return dict(self.given)

    def _shown_options(self, usable: dict[str, t.Any]) -> dict[str, t.Any]:
        """The options for Ansible, which may print them."""
        return usable

    def check_options(self) -> None:
        """Raise InputErrors if the options are wrong."""
        if self._problems:
            raise InputErrors(self._problems)

    def warn_all(self, sentences: t.Iterable[str]) -> None:
        """Show these warnings with the result."""
        for sentence in sentences:
            self.warn(one_line(sentence))


class GrafanaModule(CrosslinkModule):
    """A module with the connection options; secrets are registered before anything can fail."""

    def __init__(self, argument_spec: Spec) -> None:
        self._http_headers: t.Any = None
        super().__init__({**connection_options(), **argument_spec})

    def _usable_options(self) -> dict[str, t.Any]:
        self._http_headers = self._read_headers(self.given.get("http_headers") or None)
        self._register_secrets()
        return {**self.given, "http_headers": self._http_headers}

    def _shown_options(self, usable: dict[str, t.Any]) -> dict[str, t.Any]:
        if self._http_headers is None:
            return usable
        # Hidden in the echo of the options, but not registered when short: a tenant "1" would censor every 1.
        return {**usable, "http_headers": dict.fromkeys(self._http_headers, HIDDEN)}

    def _read_headers(self, given: t.Any) -> t.Any:
        """The headers as a mapping, or as they are if they are none."""
        try:
            return check_type_dict(given) if isinstance(given, str) else given
        except TypeError:
            self.no_log_values.update([given] if len(given) >= SHORTEST_SECRET else [])
            return given

    def _register_secrets(self) -> None:
        """Ansible collects most of these itself, but only when all else is right, and not in the form that is sent."""
        secret = [name for name, option in self.argument_spec.items() if option.get("no_log")]
        for name in secret:
            for spelling in spellings_of(name, self.argument_spec[name]):
                self.no_log_values.update(forms_of_secret(self.given.get(spelling)))
        for spelling in spellings_of("url", self.argument_spec["url"]):
            self.no_log_values.update(option_secrets(self.given.get(spelling), self._http_headers))

    @property
    def lock_folder(self) -> str:
        """The user's own folder for Ansible's temporary files, where all runs of that user on this host meet."""
        return os.path.expanduser(os.path.expandvars(self._remote_tmp or "~/.ansible/tmp"))

    @property
    def shows_diff(self) -> bool:
        """Whether Ansible shows a diff of this task; otherwise none is returned, as it is most of a large result."""
        return bool(self._diff)

    def connect(self) -> Client:
        """A client for the Grafana that the options and the environment describe. Raises InputError."""
        self.no_log_values.update(environment_secrets(os.environ))
        self.check_options()
        params = dict(self.params, http_headers=self._http_headers)
        connection = connection_from(params, os.environ)
        # What is sent is a secret too, in whatever form: a proxy may send it back.
        self.no_log_values.update(sent_secrets(connection.headers))
        return Client(connection)

    def censors(self, value: t.Any) -> bool:
        """Whether a word that Ansible will replace by stars occurs in the value."""
        text = json.dumps(value, ensure_ascii=False)
        return any(word and json.dumps(word, ensure_ascii=False)[1:-1] in text for word in self.no_log_values)


def run_module(argument_spec: Spec, work: t.Callable[[GrafanaModule, Client], dict[str, t.Any]]) -> None:
    """Do a module's work with a client, and exit with its result or with one sentence."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    module = GrafanaModule(argument_spec)
    if REQUESTS_IMPORT_ERROR is not None:
        sentence = "%s: install it there (pip install requests). %s" % (missing_library("requests"), INTERPRETER_ADVICE)
        module.fail_json(msg=sentence, code="missing_library")
    _run(module, lambda: work(module, module.connect()))


def run_module_without_grafana(argument_spec: Spec, work: t.Callable[[CrosslinkModule], dict[str, t.Any]]) -> None:
    """As ``run_module``, for work that needs no connection."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    module = CrosslinkModule(argument_spec)

    def checked_work() -> dict[str, t.Any]:
        module.check_options()
        return work(module)

    _run(module, checked_work)


def _run(module: CrosslinkModule, work: t.Callable[[], dict[str, t.Any]]) -> None:
    try:
        result = work()
    except CrosslinkError as error:
        module.fail_json(msg=one_line(str(error)), **error.details())
    except Exception as error:  # even its traceback has to pass Ansible's censor
        internal = InternalError(error)
        module.fail_json(msg=str(internal), **internal.details())
    module.exit_json(**result)
