// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/catalogue_list_model.h"

#include "app/licence/licence.h"
#include "ui/models/download_list_model.h"

#include <QLocale>
#include <QMap>

#include <algorithm>
#include <array>
#include <utility>

namespace ui {

using app::catalogue::CatalogueEntry;
using app::catalogue::Purpose;

namespace {

constexpr std::array kPurposes{Purpose::Chat, Purpose::Code,      Purpose::Reasoning,
                               Purpose::Base, Purpose::Embedding, Purpose::Reranking};

enum class Order { Newest, Smallest, Largest, Name }; ///< as in orders()

/// Letters anywhere; a number only where one begins: whoever looks for 8B does not mean 0.8B.
bool holds(const QString &text, const QString &word)
{
    for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
         at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
        if (at == 0 || !word.front().isDigit() || !(text[at - 1].isDigit() || text[at - 1] == u'.'))
            return true;
    }
    return false;
}

QString nameOfFile(const QString &path)
{
    return path.sliced(path.lastIndexOf(u'/') + 1);
}

} // namespace

void CatalogueListModel::follow(QObject *before, QObject *after)
{
    if (before != nullptr)
        before->disconnect(this);
    if (auto *service = qobject_cast<app::CatalogueService *>(after))
        connect(service, &app::CatalogueService::changed, this, &CatalogueListModel::take);
    if (auto *library = qobject_cast<app::ModelLibrary *>(after))
        connect(library, &app::ModelLibrary::modelsChanged, this, &CatalogueListModel::touch);
    if (auto *downloads = qobject_cast<app::DownloadService *>(after)) {
        connect(downloads, &app::DownloadService::finished, this, &CatalogueListModel::touch);
        connect(downloads, &app::DownloadService::changed, this, &CatalogueListModel::noteDownloads);
    }
    Q_EMIT servicesChanged();
}

void CatalogueListModel::setService(app::CatalogueService *service)
{
    if (service == m_service)
        return;
    follow(m_service, service);
    m_service = service;
    take();
}

void CatalogueListModel::setLibrary(app::ModelLibrary *library)
{
    if (library == m_library)
        return;
    follow(m_library, library);
    m_library = library;
    touch();
}

void CatalogueListModel::setDownloads(app::DownloadService *downloads)
{
    if (downloads == m_downloads)
        return;
    follow(m_downloads, downloads);
    m_downloads = downloads;
    touch();
}

void CatalogueListModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    sift();
    Q_EMIT filterChanged();
}

void CatalogueListModel::setPurpose(int purpose)
{
    if (purpose == m_purpose)
        return;
    m_purpose = purpose;
    sift();
    Q_EMIT filterChanged();
}

void CatalogueListModel::setLanguage(int language)
{
    if (language == m_language)
        return;
    m_language = language;
    sift();
    Q_EMIT filterChanged();
}

void CatalogueListModel::setLicence(int licence)
{
    if (licence == m_licence)
        return;
    m_licence = licence;
    sift();
    Q_EMIT filterChanged();
}

void CatalogueListModel::setOrder(int order)
{
    if (order == m_order)
        return;
    m_order = order;
    take();
    Q_EMIT filterChanged();
}

QStringList CatalogueListModel::orders() const
{
    return {tr("Newest first"), tr("Smallest first"), tr("Largest first"), tr("By name")};
}

QStringList CatalogueListModel::purposes() const
{
    return {tr("For anything"),      tr("To chat"),          tr("Code"), tr("Reasoning"), tr("Text to continue"),
            tr("Search by meaning"), tr("Order of passages")};
}

QStringList CatalogueListModel::languages() const
{
    QStringList names{tr("Any language")};
    for (const QString &code : m_languages)
        names.append(QLocale::languageToString(QLocale::codeToLanguage(code)));
    return names;
}

QStringList CatalogueListModel::licences() const
{
    return {tr("Any licence"), tr("Commercial use allowed"), tr("Without conditions")};
}

QList<CatalogueListModel::Place> CatalogueListModel::ranked() const
{
    const app::catalogue::Recommendation &best = m_service->recommendation();
    const std::array<std::pair<app::catalogue::Choice, QString>, 4> ranks{{{best.recommended, tr("Recommended")},
                                                                           {best.small, tr("Small")},
                                                                           {best.balanced, tr("Balanced")},
                                                                           {best.large, tr("Large")}}};
    QList<Place> places;
    for (const auto &[choice, rank] : ranks) {
        if (choice.id.isEmpty())
            continue;
        // One model may be several: the best advice may be the largest that fits.
        const auto known = std::ranges::find(places, choice.id, &Place::id);
        if (known == places.end())
            places.append({.id = choice.id, .file = static_cast<int>(choice.file), .rank = rank, .fits = true});
        else
            known->rank += QStringLiteral(" · ") + rank;
    }
    return places;
}

QList<CatalogueListModel::Place> CatalogueListModel::unranked(const QList<Place> &ranked) const
{
    struct Key {
        bool isOther = false;  ///< does not fit
        bool isHelper = false; ///< nobody talks with it
        const CatalogueEntry *entry = nullptr;
        Place place;
    };
    QList<Key> keys;
    for (const CatalogueEntry &entry : m_service->entries()) {
        if (std::ranges::contains(ranked, entry.id, &Place::id))
            continue;
        const int file = suitingFile(*m_service, entry);
        const bool fits = entry.runs && file >= 0 && m_service->fitOf(entry, file).level == app::FitLevel::Fits;
        keys.append({.isOther = !fits,
                     .isHelper = entry.purpose == Purpose::Embedding || entry.purpose == Purpose::Reranking,
                     .entry = &entry,
                     .place = {.id = entry.id, .file = file, .rank = {}, .fits = fits}});
    }
    const auto bytes = [](const Key &key) {
        return key.place.file < 0 ? quint64{0} : key.entry->files[key.place.file].bytes;
    };
    const auto month = [](const Key &key) {
        return key.entry->released.isEmpty() ? key.entry->notBefore : key.entry->released;
    };
    std::ranges::stable_sort(keys, [&](const Key &left, const Key &right) {
        if (left.isOther != right.isOther || left.isHelper != right.isHelper)
            return std::pair(left.isOther, left.isHelper) < std::pair(right.isOther, right.isHelper);
        switch (static_cast<Order>(m_order)) {
        case Order::Smallest:
            return bytes(left) < bytes(right);
        case Order::Largest:
            return bytes(left) > bytes(right);
        case Order::Name:
            return left.entry->name.localeAwareCompare(right.entry->name) < 0;
        case Order::Newest:
            break;
        }
        return month(left) > month(right);
    });
    QList<Place> places;
    for (const Key &key : std::as_const(keys))
        places.append(key.place);
    return places;
}

void CatalogueListModel::take()
{
    QList<Place> places;
    QMap<QString, int> spoken;
    if (m_service) {
        places = ranked();
        places += unranked(places);
        for (const CatalogueEntry &entry : m_service->entries()) {
            for (const QString &code : entry.languages)
                ++spoken[code];
        }
    }
    QStringList codes = spoken.keys();
    codes.removeIf([](const QString &code) { return QLocale::codeToLanguage(code) == QLocale::AnyLanguage; });
    std::ranges::stable_sort(codes, [&](const QString &a, const QString &b) { return spoken[a] > spoken[b]; });
    if (places == m_places && codes == m_languages) {
        touch();
        return;
    }
    m_places = std::move(places);
    m_languages = std::move(codes);
    sift();
}

bool CatalogueListModel::passes(const CatalogueEntry &entry) const
{
    if (m_purpose > 0 && entry.purpose != kPurposes.at(static_cast<std::size_t>(m_purpose - 1)))
        return false;
    if (m_language > 0 && m_language <= m_languages.size() && !entry.languages.contains(m_languages[m_language - 1]))
        return false;
    if (m_licence > 0) {
        const app::licence::Kind kind = app::licence::licenceById(entry.licenceId).kind;
        const bool isFree = kind == app::licence::Kind::Permissive;
        if (!isFree && (m_licence == 2 || kind != app::licence::Kind::Conditions))
            return false;
    }
    const QString all = QStringList{entry.name, entry.family, entry.publisher, entry.origin}.join(u' ');
    return std::ranges::all_of(m_filter.split(u' ', Qt::SkipEmptyParts),
                               [&](const QString &word) { return holds(all, word); });
}

void CatalogueListModel::sift()
{
    beginResetModel();
    m_shown.clear();
    for (qsizetype i = 0; i < m_places.size(); ++i) {
        const CatalogueEntry *entry = m_service ? m_service->find(m_places[i].id) : nullptr;
        if (entry != nullptr && passes(*entry))
            m_shown.append(i);
    }
    endResetModel();
    Q_EMIT countChanged();
    Q_EMIT rowsChanged();
}

void CatalogueListModel::touch()
{
    if (count() > 0)
        Q_EMIT dataChanged(index(0), index(count() - 1), {RowRole});
    Q_EMIT rowsChanged();
}

// Bytes that arrive change no row.
void CatalogueListModel::noteDownloads()
{
    QStringList coming;
    for (const app::DownloadValue &download : m_downloads ? m_downloads->downloads() : QList<app::DownloadValue>()) {
        if (isUnderWay(download))
            coming.append(download.id);
    }
    if (std::exchange(m_coming, coming) != coming)
        touch();
}

CatalogueRow CatalogueListModel::rowOf(const Place &place) const
{
    const CatalogueEntry *entry = m_service ? m_service->find(place.id) : nullptr;
    if (entry == nullptr)
        return {};
    CatalogueRow row = catalogueRow(*m_service, *entry, place.file);
    row.rank = place.rank;
    const auto isOfIt = [&](const QString &name, const QString &hash) {
        return std::ranges::any_of(entry->files, [&](const app::catalogue::CatalogueFile &file) {
            return file.fileName == name || (!file.sha256.isEmpty() && file.sha256 == hash);
        });
    };
    const QList<app::ModelCard> models = m_library ? m_library->models() : QList<app::ModelCard>();
    for (const app::ModelCard &card : models) {
        if (!card.missing && isOfIt(nameOfFile(card.path), card.sha256)) {
            row.here = true;
            row.modelId = card.id;
            break;
        }
    }
    const QList<app::DownloadValue> downloads = m_downloads ? m_downloads->downloads() : QList<app::DownloadValue>();
    row.coming = !row.here && std::ranges::any_of(downloads, [&](const app::DownloadValue &download) {
        return isUnderWay(download) && (download.catalogueId == entry->id || isOfIt(download.fileName, {}));
    });
    return row;
}

CatalogueRow CatalogueListModel::find(const QString &id) const
{
    const auto found = std::ranges::find(m_places, id, &Place::id);
    return found == m_places.cend() ? CatalogueRow() : rowOf(*found);
}

QList<CatalogueFileRow> CatalogueListModel::filesOf(const QString &id) const
{
    const CatalogueEntry *entry = m_service ? m_service->find(id) : nullptr;
    if (entry == nullptr)
        return {};
    QList<CatalogueFileRow> rows = fileRows(*m_service, *entry);
    const QList<app::ModelCard> models = m_library ? m_library->models() : QList<app::ModelCard>();
    for (CatalogueFileRow &row : rows) {
        const app::catalogue::CatalogueFile &file = entry->files[row.file];
        const auto found = std::ranges::find_if(models, [&](const app::ModelCard &card) {
            return !card.missing &&
                   (nameOfFile(card.path) == file.fileName || (!file.sha256.isEmpty() && file.sha256 == card.sha256));
        });
        if (found != models.end())
            row.modelId = found->id;
    }
    return rows;
}

int CatalogueListModel::indexOf(const QString &id) const
{
    return static_cast<int>(
        m_shown.indexOf(std::distance(m_places.cbegin(), std::ranges::find(m_places, id, &Place::id))));
}

QVariant CatalogueListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Place &place = m_places[m_shown[index.row()]];
    switch (role) {
    case RowRole:
        return QVariant::fromValue(rowOf(place));
    case GroupRole:
        return !place.rank.isEmpty() ? tr("For this computer") : place.fits ? tr("These fit, too") : tr("All others");
    case Qt::DisplayRole:
        return place.id;
    default:
        return {};
    }
}

QHash<int, QByteArray> CatalogueListModel::roleNames() const
{
    return {{RowRole, "row"}, {GroupRole, "group"}};
}

} // namespace ui
