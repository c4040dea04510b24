// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hub_token.h"

#include "app/settings.h"
#include "app/thread_guard.h"

#include <qt6keychain/keychain.h>

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

QString service()
{
    return QStringLiteral("carrel");
}

QString key()
{
    return QStringLiteral("huggingface.co");
}

} // namespace

struct HubToken::State {
    explicit State(Settings &kept)
        : settings(kept)
    {
    }
    Settings &settings;
    QByteArray token;
    Failure failure;
    bool busy = false;
};

HubToken::HubToken(Settings &settings, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(settings))
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
    auto *job = new QKeychain::ReadPasswordJob(service(), this);
    job->setInsecureFallback(false);
    job->setKey(key());
    connect(job, &QKeychain::Job::finished, this, [this, job] {
        m_state->busy = false;
        if (job->error() == QKeychain::NoError) {
            m_state->token = job->textData().toUtf8().trimmed();
            if (!isToken(m_state->token))
                m_state->token.clear();
        } else if (job->error() == QKeychain::EntryNotFound) {
            m_state->settings.setHubTokenKept(false);
        } else {
            m_state->failure = noKeyring(job->errorString());
        }
        Q_EMIT changed();
    });
    job->start();
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
    QKeychain::Job *job = nullptr;
    if (wanted.isEmpty()) {
        auto *forget = new QKeychain::DeletePasswordJob(service(), this);
        forget->setKey(key());
        job = forget;
    } else {
        auto *keep = new QKeychain::WritePasswordJob(service(), this);
        keep->setKey(key());
        keep->setTextData(QString::fromUtf8(wanted));
        job = keep;
    }
    job->setInsecureFallback(false);
    connect(job, &QKeychain::Job::finished, this, [this, job, wanted] {
        m_state->busy = false;
        const bool gone = wanted.isEmpty() && job->error() == QKeychain::EntryNotFound;
        if (job->error() == QKeychain::NoError || gone) {
            m_state->token = wanted;
            m_state->settings.setHubTokenKept(!wanted.isEmpty());
        } else {
            m_state->failure = noKeyring(job->errorString());
        }
        Q_EMIT changed();
    });
    job->start();
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
