// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_inventory.h"

#include "app/licence/recognise.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <utility>

namespace app {

namespace {

QString text(const char *latin1)
{
    return QString::fromLatin1(latin1);
}

QString kindName(licence::Kind kind)
{
    switch (kind) {
    case licence::Kind::Permissive:
        return text("permissive");
    case licence::Kind::Conditions:
        return text("conditions");
    case licence::Kind::NonCommercial:
        return text("non-commercial");
    case licence::Kind::Unknown:
        break;
    }
    return text("unknown");
}

QString field(QString value)
{
    // A spreadsheet would take the rest for a formula.
    static constexpr QStringView kFormula = u"=+-@\t\r";
    if (!value.isEmpty() && kFormula.contains(value.front()))
        value.prepend(QLatin1Char('\''));
    if (value.contains(QLatin1Char('"')) || value.contains(QLatin1Char(',')) || value.contains(QLatin1Char('\n')) ||
        value.contains(QLatin1Char('\r')))
        value = QLatin1Char('"') + value.replace(QLatin1Char('"'), QLatin1StringView("\"\"")) + QLatin1Char('"');
    return value;
}

QString textHash(const InventoryModel &model)
{
    return model.licenceText.isEmpty()
               ? QString()
               : QString::fromLatin1(QCryptographicHash::hash(model.licenceText, QCryptographicHash::Sha256).toHex());
}

QString pageOf(const InventoryModel &model)
{
    return model.repository.isEmpty() ? QString() : QLatin1StringView("https://huggingface.co/") + model.repository;
}

/// pkg:huggingface/owner/name@revision.
QString packageUrl(const InventoryModel &model)
{
    if (model.repository.isEmpty())
        return {};
    const QString base = QLatin1StringView("pkg:huggingface/") + model.repository;
    return model.revision.isEmpty() ? base : base + QLatin1Char('@') + model.revision;
}

/// "key": "value" pairs of what no field of either format holds; what is not known is left out.
QList<std::pair<QString, QString>> properties(const InventoryModel &model)
{
    QList<std::pair<QString, QString>> pairs{
        {text("quantization"), model.quantization},
        {text("architecture"), model.architecture},
        {text("parameters"), model.parameters > 0 ? QString::number(model.parameters) : QString()},
        {text("context"), model.context > 0 ? QString::number(model.context) : QString()},
        {text("file"), model.fileName},
        {text("bytes"), model.bytes > 0 ? QString::number(model.bytes) : QString()},
        {text("licence-kind"), kindName(licence::licenceById(model.licenceId).kind)},
        {text("licence-declared"), model.declaredLicence},
        {text("licence-text-sha256"), textHash(model)},
        {text("openness-weights"), licence::name(model.openness.weights)},
        {text("openness-code"), licence::name(model.openness.code)},
        {text("openness-data"), licence::name(model.openness.data)},
        {text("openness-source"), model.openness.source},
    };
    pairs.removeIf([](const auto &pair) { return pair.second.isEmpty(); });
    return pairs;
}

/// An id of the SPDX list, which schemas check.
bool isListed(const QString &spdx)
{
    return !spdx.isEmpty() && !spdx.contains(QLatin1StringView("LicenseRef-")) && !spdx.contains(QLatin1Char(' '));
}

QByteArray written(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Indented);
}

QString timeText(const QDateTime &time)
{
    return time.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ssZ"));
}

QJsonArray cycloneLicences(const InventoryModel &model)
{
    QJsonArray licences;
    QStringList ids = model.otherLicences;
    if (!model.licenceId.isEmpty())
        ids.prepend(model.licenceId);
    for (const QString &id : std::as_const(ids)) {
        const licence::Licence known = licence::licenceById(id);
        if (!known.isKnown())
            continue;
        QJsonObject licence{{text("acknowledgement"), text("concluded")}};
        licence.insert(isListed(known.spdx) ? text("id") : text("name"),
                       isListed(known.spdx) ? known.spdx : known.name);
        if (!known.address.isEmpty())
            licence.insert(text("url"), known.address);
        if (id == model.licenceId && !model.licenceText.isEmpty())
            licence.insert(text("text"), QJsonObject{{text("contentType"), text("text/plain")},
                                                     {text("content"), QString::fromUtf8(model.licenceText)}});
        licences.append(QJsonObject{{text("license"), licence}});
    }
    if (!model.declaredLicence.isEmpty()) {
        licences.append(QJsonObject{{text("license"), QJsonObject{{text("name"), model.declaredLicence},
                                                                  {text("acknowledgement"), text("declared")}}}});
    }
    return licences;
}

QJsonObject cycloneComponent(const InventoryModel &model, qsizetype number)
{
    QJsonObject component{{text("type"), text("machine-learning-model")},
                          {text("bom-ref"), QString(text("model-") + QString::number(number))},
                          {text("name"), model.name}};
    if (!model.revision.isEmpty())
        component.insert(text("version"), model.revision);
    if (!model.publisher.isEmpty())
        component.insert(text("publisher"), model.publisher);
    if (!model.sha256.isEmpty())
        component.insert(text("hashes"),
                         QJsonArray{QJsonObject{{text("alg"), text("SHA-256")}, {text("content"), model.sha256}}});
    if (const QJsonArray licences = cycloneLicences(model); !licences.isEmpty())
        component.insert(text("licenses"), licences);
    if (const QString url = packageUrl(model); !url.isEmpty()) {
        component.insert(text("purl"), url);
        component.insert(text("externalReferences"),
                         QJsonArray{QJsonObject{{text("type"), text("distribution")}, {text("url"), pageOf(model)}}});
    }
    QJsonArray parents;
    for (const QString &parent : model.baseModels)
        parents.append(QJsonObject{{text("type"), text("machine-learning-model")}, {text("name"), parent}});
    if (!parents.isEmpty())
        component.insert(text("pedigree"), QJsonObject{{text("ancestors"), parents}});
    QJsonObject parameters{{text("task"), text("text-generation")}};
    if (!model.architecture.isEmpty())
        parameters.insert(text("modelArchitecture"), model.architecture);
    component.insert(text("modelCard"), QJsonObject{{text("modelParameters"), parameters}});
    QJsonArray list;
    for (const auto &[name, value] : properties(model))
        list.append(QJsonObject{{text("name"), QString(QLatin1StringView("carrel:") + name)}, {text("value"), value}});
    component.insert(text("properties"), list);
    return component;
}

} // namespace

QByteArray inventoryCsv(const QList<InventoryModel> &models)
{
    QString csv =
        text("name,file,sha256,bytes,publisher,repository,revision,released,architecture,quantization,parameters,"
             "context,licence,licence_spdx,licence_kind,licence_declared,other_licences,licence_text_sha256,"
             "openness_weights,openness_code,openness_data,base_models\r\n");
    for (const InventoryModel &model : models) {
        const licence::Licence known = licence::licenceById(model.licenceId);
        const QStringList row{model.name,
                              model.fileName,
                              model.sha256,
                              QString::number(model.bytes),
                              model.publisher,
                              model.repository,
                              model.revision,
                              model.released,
                              model.architecture,
                              model.quantization,
                              QString::number(model.parameters),
                              QString::number(model.context),
                              known.isKnown() ? known.name : QString(),
                              known.spdx,
                              kindName(known.kind),
                              model.declaredLicence,
                              model.otherLicences.join(QLatin1Char(' ')),
                              textHash(model),
                              licence::name(model.openness.weights),
                              licence::name(model.openness.code),
                              licence::name(model.openness.data),
                              model.baseModels.join(QLatin1Char(' '))};
        QStringList fields;
        for (const QString &value : row)
            fields.append(field(value));
        csv += fields.join(QLatin1Char(',')) + QLatin1StringView("\r\n");
    }
    return csv.toUtf8();
}

QByteArray inventoryCycloneDx(const QList<InventoryModel> &models, const InventoryStamp &stamp)
{
    QJsonArray components;
    for (qsizetype i = 0; i < models.size(); ++i)
        components.append(cycloneComponent(models[i], i + 1));
    const QJsonObject tool{
        {text("type"), text("application")}, {text("name"), text("Carrel")}, {text("version"), stamp.version}};
    return written(
        {{text("bomFormat"), text("CycloneDX")},
         {text("specVersion"), text("1.6")},
         {text("serialNumber"), QString(QLatin1StringView("urn:uuid:") + stamp.id.toString(QUuid::WithoutBraces))},
         {text("version"), 1},
         {text("metadata"), QJsonObject{{text("timestamp"), timeText(stamp.made)},
                                        {text("tools"), QJsonObject{{text("components"), QJsonArray{tool}}}}}},
         {text("components"), components}});
}

namespace {

/// Elements of an SPDX document under one base, numbered as they come.
class SpdxGraph {
public:
    SpdxGraph(const InventoryStamp &stamp)
        : m_base(QLatin1StringView("urn:uuid:") + stamp.id.toString(QUuid::WithoutBraces) + QLatin1Char('#'))
        , m_made(timeText(stamp.made))
    {
        const QString person = m_base + text("creator");
        const QString tool = m_base + text("tool");
        m_elements.append(QJsonObject{{text("type"), text("CreationInfo")},
                                      {text("@id"), text("_:creation")},
                                      {text("specVersion"), text("3.0.1")},
                                      {text("created"), m_made},
                                      {text("createdBy"), QJsonArray{person}},
                                      {text("createdUsing"), QJsonArray{tool}}});
        m_elements.append(element("Person", person, {{text("name"), text("The user of Carrel")}}));
        m_elements.append(element("Tool", tool, {{text("name"), QString(text("Carrel ") + stamp.version)}}));
    }

    /// Adds an element and answers its id.
    QString add(const char *type, QJsonObject members)
    {
        const QString id = m_base + text("e") + QString::number(++m_count);
        m_elements.append(element(type, id, std::move(members)));
        return id;
    }

    void relate(const QString &from, const char *how, const QString &to)
    {
        add("Relationship",
            {{text("from"), from}, {text("relationshipType"), text(how)}, {text("to"), QJsonArray{to}}});
    }

    QJsonObject document(const QJsonArray &roots, bool ai)
    {
        QJsonArray profiles{text("core"), text("software"), text("simpleLicensing")};
        if (ai)
            profiles.append(text("ai"));
        add("SpdxDocument", {{text("name"), text("Models in use")},
                             {text("rootElement"), roots},
                             {text("profileConformance"), profiles}});
        return {{text("@context"), text("https://spdx.org/rdf/3.0.1/spdx-context.jsonld")},
                {text("@graph"), m_elements}};
    }

private:
    static QJsonObject element(const char *type, const QString &id, QJsonObject members)
    {
        members.insert(text("type"), text(type));
        members.insert(text("spdxId"), id);
        members.insert(text("creationInfo"), text("_:creation"));
        return members;
    }

    QString m_base;
    QString m_made;
    QJsonArray m_elements;
    int m_count = 0;
};

QString releaseTime(const QString &released)
{
    const QString day = released.size() == 7 ? released + text("-01") : released;
    return QDate::fromString(day, Qt::ISODate).isValid() ? day + text("T00:00:00Z") : QString();
}

/// An expression; ids that are not on the list come with the text that they stand for.
QString addLicence(SpdxGraph &graph, const QString &expression, const InventoryModel &model)
{
    QJsonObject members{{text("simplelicensing_licenseExpression"), expression},
                        {text("simplelicensing_licenseListVersion"), text("3.28.0")}};
    QJsonArray refs;
    for (const QString &id : QStringList{model.licenceId} + model.otherLicences) {
        const licence::Licence known = licence::licenceById(id);
        const QStringList words = expression.split(QLatin1Char(' '));
        for (const QString &word : known.spdx.split(QLatin1Char(' '))) {
            if (!word.startsWith(QLatin1StringView("LicenseRef-")) || !words.contains(word))
                continue;
            const bool kept = id == model.licenceId && !model.licenceText.isEmpty();
            const QString content =
                kept ? QString::fromUtf8(model.licenceText)
                     : text("The text was not fetched. ") + known.name + QLatin1Char(' ') + known.address;
            const QString where =
                graph.add("simplelicensing_SimpleLicensingText",
                          {{text("name"), known.name}, {text("simplelicensing_licenseText"), content}});
            refs.append(
                QJsonObject{{text("type"), text("DictionaryEntry")}, {text("key"), word}, {text("value"), where}});
        }
    }
    if (!refs.isEmpty())
        members.insert(text("simplelicensing_customIdToUri"), refs);
    return graph.add("simplelicensing_LicenseExpression", members);
}

/// The whole list of licences that apply, as one expression.
QString concluded(const InventoryModel &model)
{
    QStringList expressions;
    QStringList ids = model.otherLicences;
    if (!model.licenceId.isEmpty())
        ids.prepend(model.licenceId);
    for (const QString &id : std::as_const(ids)) {
        if (const licence::Licence known = licence::licenceById(id);
            known.isKnown() && !expressions.contains(known.spdx))
            expressions.append(known.spdx);
    }
    return model.licenceId.isEmpty() ? text("NOASSERTION") : expressions.join(QLatin1StringView(" AND "));
}

QString addPackage(SpdxGraph &graph, const InventoryModel &model, bool whole)
{
    QJsonObject members{
        {text("name"), model.name},
        {text("software_primaryPurpose"), text("model")},
        {text("software_downloadLocation"), model.repository.isEmpty() ? text("NOASSERTION") : pageOf(model)},
        {text("software_packageVersion"), model.revision.isEmpty() ? text("NOASSERTION") : model.revision}};
    if (!model.sha256.isEmpty())
        members.insert(text("verifiedUsing"), QJsonArray{QJsonObject{{text("type"), text("Hash")},
                                                                     {text("algorithm"), text("sha256")},
                                                                     {text("hashValue"), model.sha256}}});
    if (!model.publisher.isEmpty())
        members.insert(text("suppliedBy"), graph.add("Organization", {{text("name"), model.publisher}}));
    if (const QString time = releaseTime(model.released); !time.isEmpty())
        members.insert(text("releaseTime"), time);
    if (!whole) {
        members.insert(text("comment"),
                       text("A model. Its maker or release is not known here, so that it is described as a "
                            "plain package."));
        return graph.add("software_Package", members);
    }
    if (!model.architecture.isEmpty())
        members.insert(text("ai_typeOfModel"), QJsonArray{model.architecture});
    QJsonArray entries;
    for (const auto &[name, value] : properties(model))
        entries.append(
            QJsonObject{{text("type"), text("DictionaryEntry")}, {text("key"), name}, {text("value"), value}});
    members.insert(text("ai_hyperparameter"), entries);
    members.insert(text("ai_useSensitivePersonalInformation"), text("noAssertion"));
    if (!model.openness.text.isEmpty())
        members.insert(text("ai_informationAboutTraining"), model.openness.text);
    return graph.add("ai_AIPackage", members);
}

} // namespace

QByteArray inventorySpdx(const QList<InventoryModel> &models, const InventoryStamp &stamp)
{
    SpdxGraph graph(stamp);
    QJsonArray roots;
    bool ai = !models.isEmpty();
    for (const InventoryModel &model : models) {
        const bool whole = !model.publisher.isEmpty() && !releaseTime(model.released).isEmpty();
        ai = ai && whole;
        const QString package = addPackage(graph, model, whole);
        roots.append(package);
        const licence::Licence declared =
            licence::licenceById(licence::recognise(licence::Statement{.id = model.declaredLicence}));
        graph.relate(package, "hasDeclaredLicense",
                     addLicence(graph, declared.isKnown() ? declared.spdx : text("NOASSERTION"), model));
        graph.relate(package, "hasConcludedLicense", addLicence(graph, concluded(model), model));
        for (const QString &parent : model.baseModels)
            graph.relate(package, "descendantOf",
                         graph.add("software_Package",
                                   {{text("name"), parent}, {text("software_primaryPurpose"), text("model")}}));
    }
    return written(graph.document(roots, ai));
}

} // namespace app
