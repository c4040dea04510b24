// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/source_service.h"

#include "app/grounding/page_label.h"
#include "app/index_thread.h"
#include "app/thread_guard.h"

#include <QFile>

#include <algorithm>
#include <utility>

namespace app {

namespace {

constexpr std::chrono::milliseconds kSettles{90};
constexpr int kLeastWidth = 64;
constexpr int kMostWidth = 4096;

/// What a fate means to somebody who reads the source.
struct FateWords {
    FileFate fate;
    SourceStanding standing;
    const char *notice;
};

constexpr FateWords kFates[] = {
    {FileFate::Same, SourceStanding::Fine, nullptr},
    {FileFate::Changed, SourceStanding::Changed,
     QT_TRANSLATE_NOOP("SourceService", "The file was changed after Carrel read it. This is its text as it was read.")},
    {FileFate::Gone, SourceStanding::Gone,
     QT_TRANSLATE_NOOP("SourceService", "The file is not there any more. This is its text as it was read.")},
    {FileFate::Offline, SourceStanding::Offline,
     QT_TRANSLATE_NOOP("SourceService", "The drive or folder of this file is not connected. This is its text as it was "
                                        "read.")},
    {FileFate::Unreadable, SourceStanding::Unreadable,
     QT_TRANSLATE_NOOP("SourceService", "You may not read this file. This is its text as it was read.")},
};

int utf16Length(std::string_view utf8)
{
    return static_cast<int>(QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())).size());
}

} // namespace

QRectF SourceView::marked() const
{
    QRectF around;
    for (const QRectF &mark : marks)
        around |= mark;
    return around;
}

SourceService::SourceService(IndexThread &index, PageDrawer::OpenReader readers, QObject *parent)
    : QObject(parent)
    , m_thread(index)
    , m_drawer(std::make_unique<PageDrawer>(std::move(readers)))
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettles);
    connect(&m_settle, &QTimer::timeout, this, &SourceService::wantPicture);
}

SourceService::~SourceService() = default;

int SourceService::usedCount() const
{
    return static_cast<int>(std::ranges::count_if(m_citations, &CitationValue::used));
}

void SourceService::show(MessageId message, const QList<CitationValue> &citations, qint32 number)
{
    expectThread(this);
    const auto wanted = std::ranges::find(citations, number, &CitationValue::ordinal);
    if (wanted == citations.end())
        return;
    m_message = message;
    m_citations = citations;
    m_index = static_cast<int>(wanted - citations.begin());
    load();
    if (!std::exchange(m_open, true))
        Q_EMIT openChanged();
}

void SourceService::next()
{
    if (m_index + 1 < count()) {
        ++m_index;
        load();
    }
}

void SourceService::previous()
{
    if (m_index > 0) {
        --m_index;
        load();
    }
}

void SourceService::close()
{
    ++m_ticket;
    m_drawer->forget();
    m_settle.stop();
    if (std::exchange(m_open, false))
        Q_EMIT openChanged();
}

void SourceService::openFile()
{
    if (m_view.canOpen)
        Q_EMIT openFileWanted(QFile::decodeName(m_file.path.c_str()));
}

void SourceService::load()
{
    const quint64 ticket = ++m_ticket;
    const CitationValue wanted = citation();
    m_file = {};
    m_view = {};
    m_view.name = wanted.documentName;
    if (!wanted.pageLabel.isEmpty())
        m_view.place = grounding::isPageNumber(wanted.pageLabel.toStdString()) ? tr("page %1").arg(wanted.pageLabel)
                                                                               : wanted.pageLabel;
    m_view.text = wanted.text.first(std::min<qsizetype>(wanted.text.size(), kMostSourceText));
    m_view.markLength = static_cast<int>(m_view.text.size());
    setPicture(PictureState::None, {});
    Q_EMIT viewChanged();
    m_thread.run([wanted](IndexStores &stores) { return findSource(stores, wanted); })
        .then(this, [this, ticket](const storage::Result<FoundSource> &found) {
            if (isCurrent(ticket))
                onFound(found ? *found : FoundSource());
        });
}

void SourceService::onFound(const FoundSource &found)
{
    const CitationValue shown = citation();
    m_view.why += m_message.isValid() ? shown.why() : tr("The summary rests on it.");
    if (!found.known) {
        m_view.standing = found.otherPath.empty() ? SourceStanding::NotIndexed : SourceStanding::Changed;
        m_view.notice = found.otherPath.empty()
                            ? tr("No collection holds this document any more. This is the passage as it was quoted.")
                            : tr("The file was changed after this answer. This is the passage as it was quoted.");
        m_file.path = found.otherPath;
        m_view.canOpen = !found.otherPath.empty();
        Q_EMIT viewChanged();
        return;
    }
    m_view.place = placeWords(found.document, found.page);
    m_view.heading = QString::fromStdString(found.heading).replace(QStringLiteral(" > "), QStringLiteral(" › "));
    if (found.onPage) {
        const std::string_view text = found.text;
        const auto begin = static_cast<size_t>(found.markBegin);
        m_view.text = QString::fromStdString(found.text);
        m_view.markStart = utf16Length(text.substr(0, begin));
        m_view.markLength = utf16Length(text.substr(begin, static_cast<size_t>(found.markEnd) - begin));
        for (const storage::LineBox &box : found.boxes) {
            m_view.marks.append(
                QRectF(QPointF(double(box.left), double(box.top)), QPointF(double(box.right), double(box.bottom))));
        }
        m_view.pageSize = QSizeF(found.page.width, found.page.height);
    }
    if (found.passages > 1)
        m_view.why += tr("It was grown from the passage that was found to %n of its section.", nullptr, found.passages);
    if (!m_view.heading.isEmpty())
        m_view.why += tr("It stands under “%1”.").arg(m_view.heading);
    if (found.page.recognised)
        m_view.why += tr("The page is a picture; its words were recognised and may hold mistakes.");
    m_view.why +=
        shown.used ? tr("The answer refers to it.") : tr("The model read it; the answer does not refer to it.");
    m_page = static_cast<quint32>(found.page.number);
    m_file = {.path = found.file.path,
              .sha256 = found.document.sha256,
              .sizeBytes = found.file.sizeBytes,
              .modifiedNs = found.file.modifiedNs};
    Q_EMIT viewChanged();
    if (m_file.path.empty()) {
        onFate(FileFate::Gone);
        return;
    }
    m_drawer->look(m_file, [this, ticket = m_ticket](FileFate fate) {
        QMetaObject::invokeMethod(this, [this, ticket, fate] {
            if (isCurrent(ticket))
                onFate(fate);
        });
    });
}

void SourceService::onFate(FileFate fate)
{
    const FateWords &row = *std::ranges::find(kFates, fate, &FateWords::fate);
    m_view.standing = row.standing;
    m_view.notice = row.notice == nullptr ? QString() : tr(row.notice);
    m_view.canOpen = fate == FileFate::Same || fate == FileFate::Changed;
    Q_EMIT viewChanged();
    wantPicture();
}

void SourceService::setPictureWidth(int pixels)
{
    const int width = pixels <= 0 ? 0 : std::clamp(pixels, kLeastWidth, kMostWidth);
    if (width == m_width)
        return;
    // The first size is drawn at once, the others when they hold still.
    const bool first = m_width == 0;
    m_width = width;
    if (first)
        wantPicture();
    else
        m_settle.start();
}

void SourceService::drawAgain()
{
    if (m_pictureState == PictureState::Failed)
        wantPicture();
}

void SourceService::wantPicture()
{
    m_settle.stop();
    if (!m_open || m_width == 0 || m_view.standing != SourceStanding::Fine || m_view.pageSize.isEmpty())
        return;
    const QString key = QStringLiteral("%1:%2:%3").arg(QString::fromStdString(m_file.sha256)).arg(m_page).arg(m_width);
    if (key == m_picture.key)
        return;
    const auto kept = std::ranges::find(m_kept, key, &PagePicture::key);
    if (kept != m_kept.end()) {
        const PagePicture picture = *kept;
        m_kept.erase(kept);
        keep(picture);
        setPicture(PictureState::Ready, picture);
        return;
    }
    m_drawingKey = key;
    setPicture(PictureState::Drawing, m_picture);
    m_drawer->draw(
        {.path = m_file.path, .page = m_page, .scale = static_cast<float>(m_width / m_view.pageSize.width())},
        [this, key](PageDrawer::Drawn drawn) {
            QMetaObject::invokeMethod(this,
                                      [this, key, result = std::make_shared<PageDrawer::Drawn>(std::move(drawn))] {
                                          onDrawn(key, std::move(*result));
                                      });
        });
}

void SourceService::onDrawn(const QString &key, PageDrawer::Drawn drawn)
{
    if (key != m_drawingKey || m_pictureState != PictureState::Drawing)
        return;
    if (!drawn) {
        if (drawn.error().kind == ExtractionFailure::Kind::Cancelled) {
            setPicture(PictureState::None, {});
            return;
        }
        setPicture(PictureState::Failed, {}, failureFrom(drawn.error(), m_view.name).explanation);
        return;
    }
    if (drawn->state != extraction::State::Read) {
        setPicture(PictureState::Failed, {}, stateSentence(drawn->state));
        return;
    }
    const PagePicture picture{.key = key,
                              .pixels = QByteArray(reinterpret_cast<const char *>(drawn->pixels.data()),
                                                   static_cast<qsizetype>(drawn->pixels.size())),
                              .width = static_cast<int>(drawn->width),
                              .height = static_cast<int>(drawn->height)};
    keep(picture);
    setPicture(PictureState::Ready, picture);
}

void SourceService::setPicture(PictureState state, const PagePicture &picture, const QString &trouble)
{
    m_pictureState = state;
    m_picture = picture;
    m_pictureTrouble = trouble;
    Q_EMIT pictureChanged();
}

void SourceService::keep(const PagePicture &picture)
{
    m_kept.append(picture);
    qsizetype bytes = 0;
    for (const PagePicture &kept : std::as_const(m_kept))
        bytes += kept.pixels.size();
    while (m_kept.size() > 1 && bytes > kMostPictureBytes)
        bytes -= m_kept.takeFirst().pixels.size();
}

} // namespace app
