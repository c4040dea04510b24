// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/download_types.h"
#include "app/failure.h"
#include "app/hub_lookup.h"

#include <expected>
#include <optional>
#include <string>

namespace app::cli {

class ServiceSession;

/// What `get` was asked for.
struct GetSource {
    std::string what;   ///< an id of the catalogue, owner/name of the hub, either with :QUANTIZATION, or an address
    std::string folder; ///< empty: the settings'
    std::string name;   ///< of the file; empty: as at its source
    std::string sha256; ///< hexadecimal; empty: what its source says
};

/// A download that nobody has agreed to yet.
struct GetOffer {
    DownloadRequest request;
    std::optional<HubListing> listing; ///< where it comes from; nothing for an address elsewhere, which states nothing
};

/// Finds out what is meant: for models of the catalogue and the hub by asking the hub for size, hash and licence.
std::expected<GetOffer, Failure> offerFor(ServiceSession &session, const GetSource &source);

} // namespace app::cli
