# Copyright: (c) 2026, crosslink contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The range of the option ``concurrency``."""

from __future__ import annotations

import pytest

from ansible_collections.crosslink.grafana.plugins.module_utils._errors import InputError
from ansible_collections.crosslink.grafana.plugins.module_utils._write_limiter import checked_concurrency


@pytest.mark.parametrize("concurrency", [1, 4, 16])
def test_concurrency(concurrency):
    assert checked_concurrency(concurrency) == concurrency


@pytest.mark.parametrize("concurrency", [0, -1, 17])
def test_concurrency_out_of_range(concurrency):
    with pytest.raises(InputError) as caught:
        checked_concurrency(concurrency)
    assert caught.value.code == "invalid_value"
    message = str(caught.value)
    assert message.startswith("concurrency is %d " % concurrency)
    assert message.endswith("from 1 to 16.")
