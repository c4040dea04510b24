// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download_failure.h"

#include <QCoreApplication>
#include <QLocale>

#include <cstring>
#include <iterator>

namespace app {

namespace {

using Action = FailureAction;

struct Words {
    const char *code;
    const char *title;
    const char *explanation;
    FetchFault fault;
    Action action;
};

// In the order of the enumeration.
constexpr Words kWords[] = {
    {"download.offline", QT_TRANSLATE_NOOP("Download", "Carrel is offline"),
     QT_TRANSLATE_NOOP("Download", "The switch Offline is on, so nothing was sent. Turn it off in the settings, "
                                   "under Privacy, to fetch %1."),
     FetchFault::Offline, Action::OpenSettings},
    {"download.bad_address", QT_TRANSLATE_NOOP("Download", "This address cannot be used"),
     QT_TRANSLATE_NOOP("Download", "Carrel fetches files from addresses that begin with https:// alone. Check the "
                                   "address of %1."),
     FetchFault::BadAddress, Action::None},
    {"download.bad_name", QT_TRANSLATE_NOOP("Download", "The file cannot have this name"),
     QT_TRANSLATE_NOOP("Download", "%1 is no plain name of a file. Give another one."), FetchFault::BadName,
     Action::None},
    {"download.bad_proxy", QT_TRANSLATE_NOOP("Download", "The proxy in the settings is no address"),
     QT_TRANSLATE_NOOP("Download", "Nothing was sent. Write the proxy as http://host:port or socks5h://host:port, or "
                                   "leave it empty."),
     FetchFault::BadProxy, Action::OpenSettings},
    {"download.no_worker", QT_TRANSLATE_NOOP("Download", "Nothing can be fetched here"),
     QT_TRANSLATE_NOOP("Download", "The program that fetches files did not start, or could not lock itself in. Install "
                                   "Carrel again."),
     FetchFault::NoWorker, Action::None},
    {"download.worker_died", QT_TRANSLATE_NOOP("Download", "The download broke off"),
     QT_TRANSLATE_NOOP("Download", "The program that fetches %1 ended without a sound answer; nothing else was harmed. "
                                   "What was checked is kept. Try again."),
     FetchFault::WorkerDied, Action::Retry},
    {"download.not_kept", QT_TRANSLATE_NOOP("Download", "The download could not be recorded"),
     QT_TRANSLATE_NOOP("Download", "Every request is written down before it is sent. That failed, so nothing was sent "
                                   "for %1. Make room on the disk, then try again."),
     FetchFault::NotKept, Action::Retry},
    {"download.folder", QT_TRANSLATE_NOOP("Download", "The folder cannot be used"),
     QT_TRANSLATE_NOOP("Download", "The folder for %1 cannot be made or written. Choose another one, or check its "
                                   "permissions."),
     FetchFault::Folder, Action::OpenSettings},
    {"download.exists", QT_TRANSLATE_NOOP("Download", "A file of this name is there already"),
     QT_TRANSLATE_NOOP("Download",
                       "%1 exists and was left untouched; it is another file. Rename or remove it, then try "
                       "again."),
     FetchFault::Exists, Action::Retry},
    {"download.in_use", QT_TRANSLATE_NOOP("Download", "The file is being fetched already"),
     QT_TRANSLATE_NOOP("Download", "Another program is writing %1. Wait until it is done, then try again."),
     FetchFault::InUse, Action::Retry},
    {"download.no_space", QT_TRANSLATE_NOOP("Download", "There is not enough room on the disk"),
     QT_TRANSLATE_NOOP("Download", "%1 does not fit. Remove what you no longer need, or choose a folder on another "
                                   "disk. What was checked is kept."),
     FetchFault::NoSpace, Action::FreeDiskSpace},
    {"download.too_large", QT_TRANSLATE_NOOP("Download", "The file is too large for this disk"),
     QT_TRANSLATE_NOOP("Download", "The disk is set up in a way that takes no file as large as %1. Choose a folder on "
                                   "another disk."),
     FetchFault::TooLarge, Action::OpenSettings},
    {"download.disk", QT_TRANSLATE_NOOP("Download", "The disk failed"),
     QT_TRANSLATE_NOOP("Download", "%1 could not be written or read. The disk may be damaged or gone. Check it, then "
                                   "try again."),
     FetchFault::Disk, Action::Retry},
    {"download.unresolved", QT_TRANSLATE_NOOP("Download", "The server was not found"),
     QT_TRANSLATE_NOOP("Download", "No address is known for the server of %1. Check your connection, then try again."),
     FetchFault::Unresolved, Action::Retry},
    {"download.unreachable", QT_TRANSLATE_NOOP("Download", "The server does not answer"),
     QT_TRANSLATE_NOOP("Download", "No connection to the server of %1 could be made. Check your connection, then try "
                                   "again. What was checked is kept."),
     FetchFault::Unreachable, Action::Retry},
    {"download.untrusted", QT_TRANSLATE_NOOP("Download", "The server could not prove who it is"),
     QT_TRANSLATE_NOOP("Download", "Its certificate is not to be trusted, so nothing of %1 was taken from it. Somebody "
                                   "may be in between, or this computer's clock is wrong."),
     FetchFault::Untrusted, Action::Retry},
    {"download.proxy", QT_TRANSLATE_NOOP("Download", "The proxy refused"),
     QT_TRANSLATE_NOOP("Download", "The proxy in the settings did not let the request for %1 through. Check the proxy, "
                                   "then try again."),
     FetchFault::Proxy, Action::OpenSettings},
    {"download.too_slow", QT_TRANSLATE_NOOP("Download", "Hardly anything arrived"),
     QT_TRANSLATE_NOOP("Download", "The server sent next to nothing of %1 for a long time. Try again later. What was "
                                   "checked is kept."),
     FetchFault::TooSlow, Action::Retry},
    {"download.cut_off", QT_TRANSLATE_NOOP("Download", "The connection was cut"),
     QT_TRANSLATE_NOOP("Download",
                       "It ended before %1 was whole, again and again. Try again later. What was checked is "
                       "kept."),
     FetchFault::CutOff, Action::Retry},
    {"download.busy", QT_TRANSLATE_NOOP("Download", "The server asks for patience"),
     QT_TRANSLATE_NOOP("Download", "It takes no more requests for now. Try %1 again later. What was checked is kept."),
     FetchFault::Busy, Action::Retry},
    {"download.server_error", QT_TRANSLATE_NOOP("Download", "The server has a problem"),
     QT_TRANSLATE_NOOP("Download", "It could not give out %1. Try again later. What was checked is kept."),
     FetchFault::ServerError, Action::Retry},
    {"download.needs_access", QT_TRANSLATE_NOOP("Download", "The server asks who you are"),
     QT_TRANSLATE_NOOP("Download", "%1 is given only to people who have accepted its terms there. Accept them on its "
                                   "page, and give Carrel your access token in the settings."),
     FetchFault::NeedsAccess, Action::OpenSettings},
    {"download.not_there", QT_TRANSLATE_NOOP("Download", "The file is no longer there"),
     QT_TRANSLATE_NOOP("Download", "The server does not have %1 at this address. Look for it on its page."),
     FetchFault::NotThere, Action::None},
    {"download.insecure_redirect", QT_TRANSLATE_NOOP("Download", "The server sent us to an unsafe address"),
     QT_TRANSLATE_NOOP("Download", "It wanted %1 to be fetched without encryption, or from something that is no "
                                   "address. That was not followed. Try another source."),
     FetchFault::InsecureRedirect, Action::None},
    {"download.many_redirects", QT_TRANSLATE_NOOP("Download", "The server sends us in circles"),
     QT_TRANSLATE_NOOP("Download", "The address of %1 leads on and on. Try again later, or another source."),
     FetchFault::ManyRedirects, Action::Retry},
    {"download.no_size", QT_TRANSLATE_NOOP("Download", "The server does not say how large the file is"),
     QT_TRANSLATE_NOOP("Download", "Without its size nobody can tell when %1 is whole. Try another source."),
     FetchFault::NoSize, Action::None},
    {"download.wrong_size", QT_TRANSLATE_NOOP("Download", "The file has another size"),
     QT_TRANSLATE_NOOP("Download", "What the server has as %1 is not as large as it should be, so it was not taken. It "
                                   "may have been replaced. Look at its page."),
     FetchFault::WrongSize, Action::None},
    {"download.too_long", QT_TRANSLATE_NOOP("Download", "More came than was announced"),
     QT_TRANSLATE_NOOP("Download", "The server went on after %1 had to be whole, so it was stopped. Try another "
                                   "source."),
     FetchFault::TooLong, Action::Retry},
    {"download.no_resume", QT_TRANSLATE_NOOP("Download", "The server cannot go on where the download stopped"),
     QT_TRANSLATE_NOOP("Download", "It gives out %1 only from its beginning. Trying again fetches it anew."),
     FetchFault::NoResume, Action::Retry},
    {"download.wrong_range", QT_TRANSLATE_NOOP("Download", "The server sent another part"),
     QT_TRANSLATE_NOOP("Download", "It did not send the part of %1 that was asked for, so it was not taken. Try again "
                                   "later, or another source."),
     FetchFault::WrongRange, Action::Retry},
    {"download.encoded", QT_TRANSLATE_NOOP("Download", "The server compressed the file"),
     QT_TRANSLATE_NOOP("Download", "%1 has to come as it is, so it was not taken. Try another source."),
     FetchFault::Encoded, Action::None},
    {"download.changing", QT_TRANSLATE_NOOP("Download", "The file keeps changing"),
     QT_TRANSLATE_NOOP("Download", "While %1 was being fetched, the server replaced it again and again. Try again "
                                   "later."),
     FetchFault::Changing, Action::Retry},
    {"download.garbled", QT_TRANSLATE_NOOP("Download", "The answer makes no sense"),
     QT_TRANSLATE_NOOP("Download", "What the server answered for %1 was not what a server says. A page for signing in "
                                   "to a network may be in the way. Try again."),
     FetchFault::Garbled, Action::Retry},
    {"download.wrong_hash", QT_TRANSLATE_NOOP("Download", "The file is not the one that was meant"),
     QT_TRANSLATE_NOOP("Download",
                       "What came as %1 does not have the expected SHA-256, so it was thrown away. The file "
                       "was replaced, or somebody meddled with it."),
     FetchFault::WrongHash, Action::Retry},
    {"download.not_a_model", QT_TRANSLATE_NOOP("Download", "The file is no model"),
     QT_TRANSLATE_NOOP("Download", "%1 is no sound GGUF file, so it was thrown away. Look at its page."),
     FetchFault::NotAModel, Action::None},
    {"download.stopped", QT_TRANSLATE_NOOP("Download", "Stopped"),
     QT_TRANSLATE_NOOP("Download", "%1 was stopped before it was whole."), FetchFault::Stopped, Action::Retry},
};

constexpr bool inOrder()
{
    for (std::size_t i = 0; i < std::size(kWords); ++i) {
        if (kWords[i].fault != static_cast<FetchFault>(i))
            return false;
    }
    return std::size(kWords) == static_cast<std::size_t>(FetchFault::Stopped) + 1;
}
static_assert(inOrder());

QString words(const char *text)
{
    return QCoreApplication::translate("Download", text);
}

QString labelOf(const Words &row)
{
    switch (row.action) {
    case Action::Retry:
        return row.fault == FetchFault::NoResume || row.fault == FetchFault::WrongHash
                   ? words(QT_TRANSLATE_NOOP("Download", "Fetch anew"))
                   : words(QT_TRANSLATE_NOOP("Download", "Try again"));
    case Action::FreeDiskSpace:
        return words(QT_TRANSLATE_NOOP("Download", "I have made room"));
    case Action::OpenSettings:
        return words(QT_TRANSLATE_NOOP("Download", "Open settings"));
    default:
        return {};
    }
}

Failure filled(const Words &row, const QString &details, const QString &subject)
{
    Failure failure{.code = QString::fromLatin1(row.code),
                    .title = words(row.title),
                    .explanation = words(row.explanation),
                    .action = row.action,
                    .actionLabel = labelOf(row),
                    .details = details};
    if (failure.explanation.contains(QLatin1StringView("%1")))
        failure.explanation =
            failure.explanation.arg(subject.isEmpty() ? QCoreApplication::translate("Download", "the file") : subject);
    return failure;
}

const Words &rowOf(FetchFault fault)
{
    return kWords[static_cast<std::size_t>(fault)];
}

} // namespace

Failure failureFrom(const FetchProblem &problem, const QString &subject)
{
    return filled(rowOf(problem.fault), QString::fromStdString(problem.detail), subject);
}

Failure downloadFailureFromCode(const QString &code, const QString &details, const QString &subject)
{
    for (const Words &row : kWords) {
        if (code == QLatin1StringView(row.code))
            return filled(row, details, subject);
    }
    return failureFromCode(code, details, subject);
}

QString codeOf(FetchFault fault)
{
    return QString::fromLatin1(rowOf(fault).code);
}

QStringList downloadFailureCodes()
{
    QStringList codes;
    for (const Words &row : kWords)
        codes.append(QLatin1StringView(row.code));
    return codes;
}

FetchProblem problemFrom(const download::FileFault &fault)
{
    using Kind = download::FileFault::Kind;
    const std::string reason = fault.error != 0 ? std::strerror(fault.error) : "";
    switch (fault.kind) {
    case Kind::BadName:
        return {.fault = FetchFault::BadName};
    case Kind::NoFolder:
        return {.fault = FetchFault::Folder, .detail = reason};
    case Kind::InUse:
        return {.fault = FetchFault::InUse};
    case Kind::Exists:
        return {.fault = FetchFault::Exists};
    case Kind::NoSpace:
        return {.fault = FetchFault::NoSpace,
                .detail = fault.neededBytes > 0 ? std::to_string(fault.neededBytes) + " bytes are needed, " +
                                                      std::to_string(fault.freeBytes) + " are free"
                                                : reason};
    case Kind::TooLarge:
        return {.fault = FetchFault::TooLarge, .detail = reason};
    case Kind::Failed:
        break;
    }
    return {.fault = FetchFault::Disk, .detail = reason};
}

} // namespace app
