// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <functional>
#include <memory>

class QObject;

namespace app {

/// Keeps one secret where the system keeps such things. GUI thread; answers come through the event loop, once each,
/// unless `context` is gone by then.
class Keychain {
public:
    enum class Outcome {
        Done,
        NotThere, ///< it holds no such secret
        Failed,   ///< there is no keyring, or its owner kept it locked
    };
    struct Answer {
        Outcome outcome = Outcome::Failed;
        QByteArray secret; ///< of read()
        QString reason;    ///< of Failed, technically
    };
    using Receive = std::function<void(const Answer &)>;
    virtual ~Keychain() = default;

    virtual void read(QObject *context, Receive receive) = 0;
    virtual void write(const QByteArray &secret, QObject *context, Receive receive) = 0;
    virtual void remove(QObject *context, Receive receive) = 0;
};

/// The keyring of the desktop. Nothing is ever kept in a file instead.
std::unique_ptr<Keychain> systemKeychain();

} // namespace app
