// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/quantization_notes.h"
#include "app/catalogue_service.h"
#include "app/cli/licence_words.h"
#include "app/cli/service_session.h"
#include "app/licence/licence.h"
#include "app/licence/openness.h"

#include <QJsonArray>
#include <QLocale>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::string id;   ///< empty: all
    std::string from; ///< of a newer catalogue; empty: none is fetched
};

QString fitName(FitLevel level)
{
    switch (level) {
    case FitLevel::Fits:
        return QStringLiteral("fits");
    case FitLevel::Slow:
        return QStringLiteral("slow");
    case FitLevel::WontFit:
        return QStringLiteral("wont_fit");
    case FitLevel::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

/// "recommended", "small", …: what a file is shown as first of all.
QStringList rolesOf(const catalogue::Recommendation &recommendation, const catalogue::Choice &file)
{
    QStringList roles;
    const std::pair<const catalogue::Choice &, const char *> all[] = {{recommendation.recommended, "recommended"},
                                                                      {recommendation.small, "small"},
                                                                      {recommendation.balanced, "balanced"},
                                                                      {recommendation.large, "large"}};
    for (const auto &[choice, name] : all) {
        if (choice == file)
            roles.append(QString::fromLatin1(name));
    }
    return roles;
}

QJsonObject fileJson(const CatalogueService &service, const catalogue::CatalogueEntry &entry, qsizetype file)
{
    const catalogue::CatalogueFile &of = entry.files[file];
    const ModelFit fit = service.fitOf(entry, file);
    const catalogue::QuantizationNote note = catalogue::quantizationNote(of.quantization);
    return {{QStringLiteral("repository"), of.repository},
            {QStringLiteral("file"), of.fileName},
            {QStringLiteral("quantization"), of.quantization},
            {QStringLiteral("quality"), note.words},
            {QStringLiteral("bytes"), static_cast<qint64>(of.bytes)},
            {QStringLiteral("bytes_exact"), of.bytesExact},
            {QStringLiteral("sha256"), of.sha256},
            {QStringLiteral("source"), of.sourceKey},
            {QStringLiteral("fit"), fitName(fit.level)},
            {QStringLiteral("needs_bytes"), static_cast<qint64>(fit.needBytes)},
            {QStringLiteral("fit_context"), static_cast<qint64>(fit.largestContext)},
            {QStringLiteral("shown_as"),
             QJsonArray::fromStringList(rolesOf(service.recommendation(), {.id = entry.id, .file = file}))}};
}

void printJsonOf(const CatalogueService &service, const catalogue::CatalogueEntry &entry)
{
    QJsonArray files;
    for (qsizetype i = 0; i < entry.files.size(); ++i)
        files.append(fileJson(service, entry, i));
    const licence::Licence licence = licence::licenceById(entry.licenceId);
    printJson({{QStringLiteral("id"), entry.id},
               {QStringLiteral("name"), entry.name},
               {QStringLiteral("family"), entry.family},
               {QStringLiteral("publisher"), entry.publisher},
               {QStringLiteral("origin"), entry.origin},
               {QStringLiteral("architecture"), entry.architecture},
               {QStringLiteral("parameters"), static_cast<qint64>(entry.parameters)},
               {QStringLiteral("active_parameters"), static_cast<qint64>(entry.activeParameters)},
               {QStringLiteral("context_length"), static_cast<qint64>(entry.context)},
               {QStringLiteral("licence_id"), entry.licenceId},
               {QStringLiteral("licence"), licence.name},
               {QStringLiteral("licence_says"), licence.sentence},
               {QStringLiteral("other_licences"), QJsonArray::fromStringList(entry.otherLicences)},
               {QStringLiteral("openness"), licence::opennessOf(entry.family, entry.licenceId).text},
               {QStringLiteral("languages"), QJsonArray::fromStringList(entry.languages)},
               {QStringLiteral("purpose"), catalogue::name(entry.purpose)},
               {QStringLiteral("good_for"), QJsonArray::fromStringList(entry.goodFor)},
               {QStringLiteral("released"), entry.released},
               {QStringLiteral("sources"), QJsonArray::fromStringList(entry.sources)},
               {QStringLiteral("files"), files}});
}

void printLineOf(const CatalogueService &service, const catalogue::CatalogueEntry &entry)
{
    QStringList roles;
    for (qsizetype i = 0; i < entry.files.size(); ++i)
        roles += rolesOf(service.recommendation(), {.id = entry.id, .file = i});
    roles.removeDuplicates();
    const QString mark =
        roles.isEmpty() ? QString() : QLatin1StringView("  [") + roles.join(QLatin1StringView(", ")) + QLatin1Char(']');
    print(entry.id.leftJustified(22) + QLatin1Char(' ') + sizeText(entry.files.first().bytes).leftJustified(9) +
          QLatin1Char(' ') + service.fitOf(entry, 0).text + QLatin1StringView("  ") +
          licence::licenceById(entry.licenceId).name + mark + QLatin1Char('\n'));
}

/// Everything on one model, in words.
void printAllOf(const CatalogueService &service, const catalogue::CatalogueEntry &entry)
{
    const licence::Licence licence = licence::licenceById(entry.licenceId);
    print(entry.name + QLatin1StringView("  ") + entry.origin + QLatin1Char('\n') +
          entry.goodFor.join(QLatin1StringView(", ")) + QLatin1Char('\n') +
          licence::opennessOf(entry.family, entry.licenceId).text + QLatin1StringView("\n\n"));
    print(licenceWords(licence, entry.otherLicences) + QLatin1Char('\n'));
    for (qsizetype i = 0; i < entry.files.size(); ++i) {
        const catalogue::CatalogueFile &file = entry.files[i];
        const ModelFit fit = service.fitOf(entry, i);
        print(file.repository + QLatin1Char('/') + file.fileName + QLatin1StringView("  ") + sizeText(file.bytes) +
              QLatin1StringView("\n  ") + catalogue::quantizationNote(file.quantization).words +
              QLatin1StringView("\n  ") + fit.text + QLatin1StringView(". ") + fit.parts + QLatin1StringView("\n  ") +
              (file.sha256.isEmpty() ? QStringLiteral("SHA-256: from the hub, before the download")
                                     : QLatin1StringView("SHA-256: ") + file.sha256) +
              QLatin1Char('\n'));
    }
}

/// Puts a newer catalogue in place of the present one, where there is one and it is signed.
Exit update(ServiceSession &session, const Options &options)
{
    CatalogueService &service = session.services().catalogue();
    Failure failure = failureFromCode(QStringLiteral("inference.cancelled"), {});
    bool isAnew = false;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&service, &CatalogueService::updated, &events, [&](bool anew) {
            failure = {};
            isAnew = anew;
            events.quit();
        });
        QObject::connect(&service, &CatalogueService::updateFailed, &events, [&](const Failure &why) {
            failure = why;
            events.quit();
        });
        QMetaObject::invokeMethod(
            &events, [&] { service.update(QString::fromStdString(options.from)); }, Qt::QueuedConnection);
    });
    if (!failure.isEmpty())
        return fail(failure);
    const catalogue::Catalogue &now = service.catalogue();
    if (options.model.json)
        printJson({{QStringLiteral("updated"), isAnew},
                   {QStringLiteral("serial"), static_cast<qint64>(now.serial)},
                   {QStringLiteral("made"), now.made},
                   {QStringLiteral("models"), static_cast<qint64>(now.entries.size())}});
    else
        print((isAnew ? QStringLiteral("Now with the catalogue of %1, %2 models.\n")
                      : QStringLiteral("The catalogue of %1 with %2 models is the newest.\n"))
                  .arg(now.made)
                  .arg(now.entries.size()));
    return Exit::Done;
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    if (const auto device = session.device(options.model.device); !device)
        return fail(device.error());
    CatalogueService &service = session.services().catalogue();
    QEventLoop events;
    QObject::connect(&service, &CatalogueService::changed, &events, &QEventLoop::quit);
    service.load();
    if (service.entries().isEmpty())
        events.exec();
    if (!options.from.empty())
        return update(session, options);
    const QString id = QString::fromStdString(options.id);
    const catalogue::CatalogueEntry *one = service.find(id);
    if (!id.isEmpty() && one == nullptr)
        return fail(failureFromCode(QStringLiteral("app.unknown_model"), {}, id));
    for (const catalogue::CatalogueEntry &entry : service.entries()) {
        if (one != nullptr && one != &entry)
            continue;
        if (options.model.json)
            printJsonOf(service, entry);
        else if (one != nullptr)
            printAllOf(service, entry);
        else
            printLineOf(service, entry);
    }
    return Exit::Done;
}

} // namespace

void addCatalogue(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command =
        app.add_subcommand("catalogue", "Models that can be downloaded, with their licences and what fits");
    command->add_option("ID", options->id, "Everything on one of them");
    command->add_option(
        "--update-from", options->from,
        "https address of a newer catalogue.json with its signature beside it as .sig; it is taken only "
        "when Carrel's key has signed it");
    addDeviceOptions(*command, options->model);
    addJsonOption(*command, options->model.json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
