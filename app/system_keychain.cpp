// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keychain.h"

#include <qt6keychain/keychain.h>

#include <QObject>

#include <utility>

namespace app {

namespace {

class SystemKeychain : public Keychain {
public:
    void read(QObject *context, Receive receive) override
    {
        auto *job = new QKeychain::ReadPasswordJob(service(), context);
        start(job, context, [job, receive = std::move(receive)](Answer answer) {
            answer.secret = job->textData().toUtf8();
            receive(answer);
        });
    }
    void write(const QByteArray &secret, QObject *context, Receive receive) override
    {
        auto *job = new QKeychain::WritePasswordJob(service(), context);
        job->setTextData(QString::fromUtf8(secret));
        start(job, context, std::move(receive));
    }
    void remove(QObject *context, Receive receive) override
    {
        start(new QKeychain::DeletePasswordJob(service(), context), context, std::move(receive));
    }

private:
    static QString service() { return QStringLiteral("carrel"); }

    static void start(QKeychain::Job *job, QObject *context, Receive receive)
    {
        job->setKey(QStringLiteral("huggingface.co"));
        job->setInsecureFallback(false);
        QObject::connect(job, &QKeychain::Job::finished, context, [job, receive = std::move(receive)] {
            Answer answer{.outcome = Outcome::Failed, .secret = {}, .reason = job->errorString()};
            if (job->error() == QKeychain::NoError)
                answer.outcome = Outcome::Done;
            else if (job->error() == QKeychain::EntryNotFound)
                answer.outcome = Outcome::NotThere;
            receive(answer);
        });
        job->start();
    }
};

} // namespace

std::unique_ptr<Keychain> systemKeychain()
{
    return std::make_unique<SystemKeychain>();
}

} // namespace app
