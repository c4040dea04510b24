// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"

#include <QObject>
#include <QString>

#include <memory>

namespace app {

class Keychain;
class Settings;

/// The user's access token for the model hub, kept in the system's keyring and nowhere else. Where there is no keyring
/// it is not kept. GUI thread; the keyring answers through the event loop.
class HubToken : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool isSet READ isSet NOTIFY changed FINAL)
    Q_PROPERTY(bool isKept READ isKept NOTIFY changed FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY changed FINAL)
    Q_PROPERTY(app::Failure failure READ failure NOTIFY changed FINAL)
public:
    /// `settings` are borrowed and outlive this object; they remember that there is a token, never which.
    explicit HubToken(Settings &settings, QObject *parent = nullptr);
    /// With another place to keep it: for tests.
    HubToken(Settings &settings, std::unique_ptr<Keychain> keychain, QObject *parent = nullptr);
    ~HubToken() override;

    /// Asks the keyring; changed() follows. Not before somebody needs it: a locked keyring asks for its password.
    Q_INVOKABLE void load();
    /// Keeps another token; empty forgets it. Spaces around it are taken off. A text that is no token is a failure.
    Q_INVOKABLE void set(const QString &token);

    [[nodiscard]] bool isSet() const;  ///< it is known here: after load() or set()
    [[nodiscard]] bool isKept() const; ///< the keyring holds one
    [[nodiscard]] bool isBusy() const;
    [[nodiscard]] Failure failure() const; ///< of the last call; empty: none
    /// The token when `host` is the hub's, else nothing: no other host ever gets it.
    [[nodiscard]] QByteArray tokenFor(const QString &host) const;
    /// Whether a host is the hub's.
    [[nodiscard]] static bool isHub(const QString &host);

Q_SIGNALS:
    void changed();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
