# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""All tiny models, one or more for each family, in the order in which docs/fidelity.md has them."""
from oracle_decoder import ORACLES  # noqa: F401

import oracle_pre_norm  # noqa: F401
import oracle_post_norm  # noqa: F401
import oracle_parallel  # noqa: F401
import oracle_mixtures  # noqa: F401
import oracle_latent  # noqa: F401
import oracle_recurrent  # noqa: F401
import oracle_gemma  # noqa: F401
import oracle_embedders  # noqa: F401
