// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hub_token.h"

#include "app/keychain.h"
#include "app/settings.h"
#include "app/thread_guard.h"

#include <QCoreApplication>

#include <algorithm>

namespace app {

namespace {

constexpr qsizetype kLongestToken = 512;

bool isToken(const QByteArray &text)
{
    return text.size() <= kLongestToken && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

Failure noKeyring(const QString &reason)
{
    return {.code = QStringLiteral("token.no_keyring"),
            .title = QCoreApplication::translate("HubToken", "There is no keyring to keep the token in"),
            .explanation = QCoreApplication::translate(
                "HubToken", "Carrel keeps access tokens in the system's keyring and nowhere else. Unlock it, or "
                            "install one such as GNOME Keyring or KWallet, then try again."),
            .action = FailureAction::Retry,
            .actionLabel = QCoreApplication::translate("HubToken", "Try again"),
            .details = reason};
}

Failure notAToken()
{
    return {.code = QStringLiteral("token.malformed"),
            .title = QCoreApplication::translate("HubToken", "This is no access token"),
            .explanation = QCoreApplication::translate(
                "HubToken", "A token is one word of letters and digits. Copy it again from the hub's settings.")};
}

} // namespace

struct HubToken::State {
    State(Settings &kept, std::unique_ptr<Keychain> where)
        : settings(kept)
        , keychain(std::move(where))
    {
    }
    Settings &settings;
    std::unique_ptr<Keychain> keychain;
    QByteArray token;
    Failure failure;
    bool busy = false;
};

HubToken::HubToken(Settings &settings, QObject *parent)
    : HubToken(settings, systemKeychain(), parent)
{
}

HubToken::HubToken(Settings &settings, std::unique_ptr<Keychain> keychain, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(settings, std::move(keychain)))
{
}

HubToken::~HubToken() = default;

void HubToken::load()
{
    expectThread(this);
    if (m_state->busy)
        return;
    m_state->busy = true;
    m_state->failure = {};
    m_state->keychain->read(this, [this](const Keychain::Answer &answer) {
        m_state->busy = false;
        if (answer.outcome == Keychain::Outcome::Done) {
            m_state->token = answer.secret.trimmed();
            if (!isToken(m_state->token))
                m_state->token.clear();
        } else if (answer.outcome == Keychain::Outcome::NotThere) {
            m_state->settings.setHubTokenKept(false);
        } else {
            m_state->failure = noKeyring(answer.reason);
        }
        Q_EMIT changed();
    });
    Q_EMIT changed();
}

void HubToken::set(const QString &token)
{
    expectThread(this);
    const QByteArray wanted = token.trimmed().toUtf8();
    if (m_state->busy)
        return;
    if (!isToken(wanted)) {
        m_state->failure = notAToken();
        Q_EMIT changed();
        return;
    }
    m_state->busy = true;
    m_state->failure = {};
    const auto receive = [this, wanted](const Keychain::Answer &answer) {
        m_state->busy = false;
        const bool gone = wanted.isEmpty() && answer.outcome == Keychain::Outcome::NotThere;
        if (answer.outcome == Keychain::Outcome::Done || gone) {
            m_state->token = wanted;
            m_state->settings.setHubTokenKept(!wanted.isEmpty());
        } else {
            m_state->failure = noKeyring(answer.reason);
        }
        Q_EMIT changed();
    };
    if (wanted.isEmpty())
        m_state->keychain->remove(this, receive);
    else
        m_state->keychain->write(wanted, this, receive);
    Q_EMIT changed();
}

bool HubToken::isSet() const
{
    return !m_state->token.isEmpty();
}

bool HubToken::isKept() const
{
    return m_state->settings.hubTokenKept();
}

bool HubToken::isBusy() const
{
    return m_state->busy;
}

Failure HubToken::failure() const
{
    return m_state->failure;
}

QByteArray HubToken::tokenFor(const QString &host) const
{
    return isHub(host) ? m_state->token : QByteArray();
}

bool HubToken::isHub(const QString &host)
{
    return host == QLatin1StringView("huggingface.co") || host == QLatin1StringView("hf.co");
}

} // namespace app
