// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/sample_documents.h"

#include "ui/offline/sample_pages.h"

#include <QDir>
#include <QFile>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace ui {

using app::extraction::Format;
using app::extraction::State;

namespace {

/// A document that says what a reader would make of it. `body` fills its pages in turn, a line a page; a tab parts
/// paragraphs, and "#" begins a heading.
struct SampleDocument {
    const char *folder;
    const char *name;
    Format format;
    State state;
    std::uint32_t pages;
    std::uint32_t pagesWithText;
    const char *body;
};

constexpr const char *kLease =
    "The tenancy begins on the first of May and runs for an unlimited time.\n"
    "The rent is due on the third working day of each month, in advance.\n"
    "Either party may end the lease with three months' notice in writing. The period of notice doubles after ten "
    "years of tenancy, and begins with the first day of the following month.\t"
    "#§ 3a\tA letter of notice is handed over against a receipt, or sent by registered post to the address that the "
    "other party has named last. Whoever sends it bears the cost of that.\t"
    "#§ 3b\tWhere several persons have signed as tenants, the letter bears the signatures of all of them, and one that "
    "is addressed to the tenants reaches them when it reaches one of them.\t"
    "#§ 3c\tOn the last day the rooms are handed over swept and with all keys. Both parties write down in what state "
    "they found them, and read the meters together.\n"
    "The deposit is three months' rent. It is returned within six months after the end of the lease.\n"
    "Small repairs up to eighty euros are borne by the tenant, all others by the landlord.\n"
    "Pets other than small ones need the consent of the landlord, which may not be refused without a reason.";
constexpr const char *kInspection =
    "The roof was renewed in 2011 and is sound. Two of nine windows on the north side leak.\n"
    "The boiler passed its inspection but is near the end of its life; notice of this was given to the owner.\n"
    "The wiring of the attic does not meet the rules of 2018 and should be renewed.\n"
    "No damp was measured in the cellar; the gutters want cleaning.";
constexpr const char *kInsurance =
    "The building is insured against fire, storm and tap water at its full value.\n"
    "The policy ends with three months' notice before the end of each year of insurance.\n"
    "Damage must be reported within seven days, with photographs.";
constexpr const char *kLetters = "Dear Ms Okafor, the gutters were cleaned on Tuesday.\n"
                                 "Please give us notice of the day on which the meter can be read.\n"
                                 "The invoice for the chimney sweep is attached.";
constexpr const char *kMinutes = "The council approved the footbridge with nine votes to two.\n"
                                 "The next meeting is on the twelfth of March.";

constexpr SampleDocument kDocuments[] = {
    {"House", "Lease.pdf", Format::Pdf, State::Read, 14, 14, kLease},
    {"House", "Inspection 2025.pdf", Format::Pdf, State::Read, 96, 96, kInspection},
    {"House", "Deed 1987 (scan).pdf", Format::Pdf, State::NoText, 8, 0, ""},
    {"House", "Insurance.docx", Format::Docx, State::Read, 22, 22, kInsurance},
    {"House", "Letters 2019–2024.mbox", Format::Mailbox, State::Read, 418, 418, kLetters},
    {"House", "Accounts.xlsx", Format::Xlsx, State::Encrypted, 0, 0, ""},
    {"House", "Floor plan.pdf", Format::Pdf, State::Partial, 2, 1, "Ground floor, first floor, scale 1 to 100."},
    {"House", "Brochure.epub", Format::Epub, State::Malformed, 0, 0, ""},
    {"House", "Garden.html", Format::Html, State::Read, 1, 1, "Tomatoes want sun, lettuce wants shade."},
    {"House", "Holiday.mov", Format::Unknown, State::Unsupported, 0, 0, ""},
    {"Work", "Minutes of the council.odt", Format::Odt, State::Read, 6, 6, kMinutes},
    {"Work", "Footbridge, tenders.pdf", Format::Pdf, State::Read, 31, 31, kMinutes},
    {"Work", "Budget 2026.ods", Format::Ods, State::Read, 4, 4, kMinutes},
};

/// Adds a paragraph, or a heading, to a page.
void addBlock(app::extraction::Page &page, app::extraction::BlockKind kind, const std::string &text)
{
    if (!page.text.empty())
        page.text += '\n';
    const auto begin = static_cast<std::uint32_t>(page.text.size());
    page.text += text;
    page.blocks.push_back({.kind = kind,
                           .level = static_cast<std::uint8_t>(kind == app::extraction::BlockKind::Heading ? 1 : 0),
                           .begin = begin,
                           .end = static_cast<std::uint32_t>(page.text.size())});
}

app::extraction::Page pageOf(const SampleDocument &sample, const QStringList &lines, std::uint32_t number)
{
    using app::extraction::BlockKind;
    app::extraction::Page page;
    if (number < sample.pagesWithText && !lines.isEmpty()) {
        page.source = app::extraction::TextSource::File;
        // A heading on each page makes a passage of each; no two pages say the same.
        addBlock(page, BlockKind::Heading, QStringLiteral("§ %1").arg(number + 1).toStdString());
        const QStringList parts = lines[static_cast<qsizetype>(number) % lines.size()].split(u'\t');
        if (std::cmp_less(number, lines.size())) {
            for (const QString &part : parts)
                addBlock(page, part.startsWith(u'#') ? BlockKind::Heading : BlockKind::Paragraph,
                         (part.startsWith(u'#') ? part.sliced(1) : part).toStdString());
        } else {
            // Long enough that a folder of them is too much for a model to read whole.
            const QString &first = parts.constFirst();
            addBlock(
                page, BlockKind::Paragraph,
                QStringLiteral("%1, item %2. It was noted on the day on which it came in and is kept with all others "
                               "of its kind.")
                    .arg(first.first(first.indexOf(u' ', 12)))
                    .arg(number + 1)
                    .toStdString());
        }
    }
    if (sample.format == Format::Pdf)
        layOutPage(page);
    return page;
}

QStringList linesOf(const SampleDocument &sample)
{
    return QString::fromUtf8(sample.body).split(u'\n', Qt::SkipEmptyParts);
}

const SampleDocument *sampleNamed(const QString &path)
{
    const QString name = path.sliced(path.lastIndexOf(u'/') + 1);
    const auto *sample =
        std::ranges::find(kDocuments, name, [](const SampleDocument &one) { return QString::fromUtf8(one.name); });
    return sample == std::end(kDocuments) ? nullptr : sample;
}

app::extraction::Extraction extractionOf(const SampleDocument &sample)
{
    app::extraction::Extraction made{.format = sample.format, .state = sample.state};
    if (sample.state == State::Malformed)
        made.reason = "the archive's directory is cut off";
    const bool numbered = sample.format != Format::Html && sample.format != Format::Mailbox;
    made.document.numbered = numbered;
    const QStringList lines = linesOf(sample);
    for (std::uint32_t number = 0; number < sample.pages; ++number)
        made.document.pages.push_back(pageOf(sample, lines, number));
    return made;
}

std::expected<app::extraction::Extraction, app::ExtractionFailure>
readSample(const app::ReadTask &task, ReaderHold &hold, const std::stop_token &stop)
{
    const QString path = app::pathText(task.path);
    const QString name = path.sliced(path.lastIndexOf(u'/') + 1);
    const SampleDocument *sample = sampleNamed(path);
    if (sample == nullptr) {
        // Somebody's own file, tried on the offline window.
        return app::extraction::Extraction{.state = State::Unsupported};
    }
    hold.pass(name, sample->pages, task.progress, stop);
    if (stop.stop_requested())
        return std::unexpected(app::ExtractionFailure{app::ExtractionFailure::Kind::Cancelled, {}});
    return extractionOf(*sample);
}

/// A vector says how often each pair of letters comes.
class LetterEmbedder : public app::TextEmbedder {
public:
    /// `path` stands for its file, and makes it another model than the next.
    explicit LetterEmbedder(const QString &path)
        : m_name(path.toStdString())
    {
    }
    [[nodiscard]] app::EmbedderIdentity identity() const override
    {
        constexpr std::size_t hashLength = 64;
        std::string hash(hashLength, '0');
        hash.replace(0, std::min(hashLength, m_name.size()), m_name.substr(0, hashLength));
        return {hash, m_name, kWidth};
    }
    [[nodiscard]] std::int32_t countTokens(std::string_view text) const override
    {
        return static_cast<std::int32_t>(std::ranges::count(text, ' ')) + 1;
    }
    [[nodiscard]] std::int32_t longestText() const override { return 256; }
    std::expected<std::vector<std::vector<float>>, app::Failure> embedPassages(const std::vector<std::string> &texts,
                                                                               const std::stop_token &) override
    {
        std::vector<std::vector<float>> vectors;
        for (const std::string &text : texts)
            vectors.push_back(vectorOf(text));
        return vectors;
    }
    std::expected<std::vector<float>, app::Failure> embedQuestion(const std::string &question) override
    {
        return vectorOf(question);
    }

private:
    static constexpr std::int32_t kWidth = 128;
    std::string m_name;

    static std::vector<float> vectorOf(std::string_view text)
    {
        std::vector<float> vector(kWidth, 1e-3F);
        for (std::size_t i = 0; i + 1 < text.size(); ++i) {
            const auto pair = static_cast<unsigned char>(text[i]) * 31U + static_cast<unsigned char>(text[i + 1]);
            vector[pair % kWidth] += 1;
        }
        float sum = 0;
        for (const float value : vector)
            sum += value * value;
        for (float &value : vector)
            value /= std::sqrt(sum);
        return vector;
    }
};

QList<app::EmbedderChoice> sampleEmbedders()
{
    constexpr qint64 mega = 1024 * 1024;
    const QString folder = QStringLiteral("/usr/share/carrel/models/embedders/");
    return {{.path = folder + QStringLiteral("all-minilm-l6-v2.f16.gguf"),
             .name = QStringLiteral("all-MiniLM-L6-v2"),
             .bytes = 45 * mega},
            {.path = folder + QStringLiteral("nomic-embed-text-v1.5.q8_0.gguf"),
             .name = QStringLiteral("nomic-embed-text-v1.5"),
             .bytes = 146 * mega}};
}

} // namespace

void ReaderHold::hold(const QString &name, std::uint32_t page)
{
    const std::scoped_lock lock(m_mutex);
    m_name = name;
    m_page = page;
}

void ReaderHold::release()
{
    const std::scoped_lock lock(m_mutex);
    m_name.clear();
    m_changed.notify_all();
}

void ReaderHold::pass(const QString &name, std::uint32_t pages,
                      const app::DocumentExtraction::ProgressFunction &progress, const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    if (m_name != name)
        return;
    if (progress)
        progress(m_page, pages);
    m_changed.wait(lock, stop, [&] { return m_name != name; });
}

bool writeSampleDocuments(const QString &folder)
{
    for (const SampleDocument &sample : kDocuments) {
        const QString home = folder + u'/' + QString::fromUtf8(sample.folder);
        QFile file(home + u'/' + QString::fromUtf8(sample.name));
        if (!QDir().mkpath(home) || !file.open(QIODevice::WriteOnly) || file.write(sample.name) <= 0)
            return false;
    }
    return true;
}

bool writeUnreadDocuments(const QString &folder, const QStringList &names)
{
    for (const QString &name : names) {
        QFile file(folder + u'/' + name);
        // A content that is known is not read again, so this one says where it is.
        if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly) || file.write(file.fileName().toUtf8()) <= 0)
            return false;
    }
    return true;
}

std::shared_ptr<app::IngestOptions> sampleDocumentOptions(std::shared_ptr<ReaderHold> hold)
{
    auto options = std::make_shared<app::IngestOptions>();
    options->ports.read = [held = std::move(hold)](const app::ReadTask &task, const std::optional<std::string> &,
                                                   const std::stop_token &stop) {
        return readSample(task, *held, stop);
    };
    options->ports.loadEmbedder = [](const QString &path,
                                     std::uint32_t) -> std::expected<std::unique_ptr<app::TextEmbedder>, app::Failure> {
        return std::make_unique<LetterEmbedder>(path);
    };
    options->findEmbedder = [](const QString &chosen) {
        return chosen.isEmpty() ? sampleEmbedders().first().path : chosen;
    };
    options->listEmbedders = sampleEmbedders;
    options->refresh = std::chrono::milliseconds(20);
    return options;
}

app::PageDrawer::OpenReader samplePages(std::shared_ptr<std::atomic<bool>> broken)
{
    return [broken = std::move(broken)](
               const std::string &path) -> std::expected<app::PageDrawer::Reader, app::ExtractionFailure> {
        const SampleDocument *sample = sampleNamed(app::pathText(path));
        if (sample == nullptr || *broken)
            return std::unexpected(app::ExtractionFailure{app::ExtractionFailure::Kind::Crashed, "a sample"});
        return [sample](const app::extraction::Request &request, const std::stop_token &) -> app::PageDrawer::Drawn {
            return drawnPage(pageOf(*sample, linesOf(*sample), request.page), request.scale);
        };
    };
}

} // namespace ui
