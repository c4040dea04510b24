// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/collection_facts.h"
#include "storage/query_terms.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace storage {

namespace {

/// What questions look like, without accents and punctuation, in small letters. "a|b" is either word, "a?" may be
/// missing, "@c" a collection, "@C" a collection or nothing.
struct Form {
    CollectionTopic topic;
    std::string_view words;
};

using enum CollectionTopic;

constexpr std::string_view kCollection =
    "this|the|my|your|our|dieser|der|meiner|deiner|diesem|dem|meinem|cette|la|ma|ta|notre|ce|le|esta|mi|tu|nuestra|"
    "este|"
    "el? collection|library|folder|sammlung|bibliothek|ordner|bibliotheque|dossier|coleccion|biblioteca|carpeta";

constexpr auto kForms = std::to_array<Form>({
    // English
    {Files, "which|what files|documents|papers are there? in @c"},
    {Files, "which|what files|documents|papers are there"},
    {Files, "which|what files|documents|papers does @c have|contain|hold"},
    {Files, "which|what files|documents|papers do you|i|we have|know"},
    {Files, "which|what files|documents|papers have you|i|we got|read?"},
    {Files, "list|show|name me? all? of? the|my|your? files|documents|papers in|of? @C"},
    {Files, "what s|is in @c"},
    {Files, "which|what files|documents|papers are in? here"},
    {Count, "how many files|documents|papers are there? in @c"},
    {Count, "how many files|documents|papers are there"},
    {Count, "how many files|documents|papers do you|i|we have"},
    {Count, "how many files|documents|papers have you|i|we got|read"},
    {Count, "how many files|documents|papers does @c have|contain|hold"},
    {Count, "how many files|documents|papers are in? here"},
    {Count, "how big|large is @c"},
    {Pages, "how many pages are there? in @c"},
    {Pages, "how many pages are there"},
    {Pages, "how many pages are there in total|all|altogether?"},
    {Pages, "how many pages does @c have|contain|hold"},
    {Pages, "how many pages do you|i|we have"},
    {Pages, "how many pages have you read"},
    {Words, "how many words are there? in @c"},
    {Words, "how many words does @c have|contain|hold"},
    {Words, "how many words are there"},
    {Formats, "which|what file? formats|types are there? in @c"},
    {Formats, "which|what formats|types|kinds of files|documents are there? in? @C"},
    {Formats, "which|what file formats|types are there"},
    {Missing, "what|which files|documents|pages could|can not be read"},
    {Missing, "what|which files|documents|pages couldn|can t be read"},
    {Missing, "what could|can not be read"},
    {Missing, "what couldn|can t be read"},
    {Missing, "what|which files|documents|pages cannot be read"},
    {Missing, "what cannot be read"},
    {Missing, "what|which files|documents|pages were|was|are|is not|un read|readable"},
    {Missing, "what|which files|documents|pages could|can you not read"},
    {Missing, "what could|can|couldn|can t? you not? read"},
    {Missing, "what|which files|documents|pages couldn|can t you read"},
    {Missing, "what|which files|documents|pages are missing from|in? @C"},
    {Missing, "what is|s missing from|in @c"},
    {Missing, "what|which pages|files|documents have no text"},
    {Missing, "what|which files|documents failed"},
    {Missing, "was|is|could everything be? read"},
    {Missing, "did|could you read everything|all of? the? files|documents?"},
    {Missing, "have you read everything|all of? the? files|documents?"},
    {Missing, "are there any? files|documents|pages that could|can not be read"},
    {Newest, "which|what is|s? the? newest|latest|most recent? file|document|paper in? @C"},
    {Newest, "which|what file|document|paper is the? newest|latest"},
    {Oldest, "which|what is|s? the? oldest file|document|paper in? @C"},
    {Oldest, "which|what file|document|paper is the? oldest"},
    {Biggest, "which|what is|s? the? biggest|largest|longest file|document|paper in? @C"},
    {Biggest, "which|what file|document|paper is the? biggest|largest|longest"},
    // German
    {Files, "welche dateien|dokumente|unterlagen sind in @c enthalten|drin?"},
    {Files, "welche dateien|dokumente|unterlagen gibt es in? @C"},
    {Files, "welche dateien|dokumente|unterlagen enthalt diese|die|meine|deine sammlung|bibliothek"},
    {Files, "welche dateien|dokumente|unterlagen hast|kennst du"},
    {Files, "welche dateien|dokumente|unterlagen habe ich"},
    {Files, "was ist in @c"},
    {Files, "zeig|zeige|liste|nenne mir? alle? die? dateien|dokumente|unterlagen in|aus? @C auf?"},
    {Count, "wie viele|wieviele dateien|dokumente|unterlagen sind in @c"},
    {Count, "wie viele|wieviele dateien|dokumente|unterlagen sind es"},
    {Count, "wie viele|wieviele dateien|dokumente|unterlagen gibt es in? @C"},
    {Count, "wie viele|wieviele dateien|dokumente|unterlagen hast|kennst du"},
    {Count, "wie viele|wieviele dateien|dokumente|unterlagen habe ich"},
    {Count, "wie gross ist diese|die|meine sammlung|bibliothek"},
    {Pages, "wie viele|wieviele seiten sind in @c"},
    {Pages, "wie viele|wieviele seiten hat|enthalt diese|die|meine sammlung|bibliothek"},
    {Pages, "wie viele|wieviele seiten gibt|sind es in @c"},
    {Pages, "wie viele|wieviele seiten gibt|sind es insgesamt?"},
    {Pages, "wie viele|wieviele seiten hast du gelesen?"},
    {Words, "wie viele|wieviele worter sind|gibt es? in @c"},
    {Words, "wie viele|wieviele worter hat|enthalt diese|die|meine sammlung|bibliothek"},
    {Formats, "welche dateiformate|formate|dateiarten|dateitypen gibt es in? @C"},
    {Formats, "welche dateiformate|formate|dateiarten|dateitypen sind in @c"},
    {Missing, "was konnte|kann nicht gelesen werden"},
    {Missing, "welche dateien|dokumente|seiten konnten|konnen nicht gelesen werden"},
    {Missing, "welche dateien|dokumente|seiten wurden|sind nicht gelesen|lesbar worden?"},
    {Missing, "was konntest|kannst du nicht lesen"},
    {Missing, "welche dateien|dokumente|seiten konntest|kannst|hast du nicht lesen|gelesen"},
    {Missing, "was wurde|ist nicht gelesen|lesbar worden?"},
    {Missing, "was fehlt in @c"},
    {Missing, "welche dateien|dokumente|seiten fehlen in? @C"},
    {Missing, "welche seiten|dateien|dokumente haben|sind keinen|ohne text"},
    {Missing, "wurde|konnte alles gelesen werden?"},
    {Missing, "hast|konntest du alles|alle gelesen|lesen"},
    {Newest, "welche|welches|was ist die|das neueste|jungste|letzte datei|dokument in? @C"},
    {Newest, "welche|welches datei|dokument ist am neuesten"},
    {Oldest, "welche|welches|was ist die|das alteste datei|dokument in? @C"},
    {Biggest, "welche|welches|was ist die|das grosste|langste datei|dokument in? @C"},
    // French
    {Files, "quels|quelles sont les fichiers|documents de|dans|dans @c"},
    {Files, "quels fichiers|documents sont dans @c"},
    {Files, "quels fichiers|documents y a t il dans? @C"},
    {Files, "quels fichiers|documents contient @c"},
    {Files, "quels fichiers|documents as tu|avez vous"},
    {Files, "qu y a t il dans @c"},
    {Files, "liste|montre|listez|montrez moi? tous? les fichiers|documents de|dans? @C"},
    {Count, "combien de fichiers|documents y a t il dans? @C"},
    {Count, "combien de fichiers|documents sont dans @c"},
    {Count, "combien de fichiers|documents contient @c"},
    {Count, "combien de fichiers|documents as|avez|ai tu|vous|je"},
    {Pages, "combien de pages y a t il dans @c"},
    {Pages, "combien de pages y a t il"},
    {Pages, "combien de pages y a t il en tout|au total?"},
    {Pages, "combien de pages contient @c"},
    {Words, "combien de mots y a t il dans @c"},
    {Words, "combien de mots contient @c"},
    {Formats, "quels formats|types de? fichier|fichiers? y a t il dans? @C"},
    {Missing, "qu est ce qui n a pas pu etre lu"},
    {Missing, "quels fichiers|documents n ont pas pu etre lus"},
    {Missing, "quelles pages n ont pas pu etre lues"},
    {Missing, "quels fichiers|documents ne peuvent pas etre lus"},
    {Missing, "qu as tu|avez vous pas pu lire"},
    {Missing, "que n as tu|avez vous pas pu lire"},
    {Missing, "quelles pages n ont pas de texte"},
    {Missing, "que|qu manque t il dans @c"},
    {Missing, "quels fichiers|documents manquent dans? @C"},
    {Missing, "as|avez tu|vous tout lu"},
    {Missing, "tout a t il ete lu"},
    {Newest, "quel est le fichier|document le plus recent de|dans? @C"},
    {Oldest, "quel est le fichier|document le plus ancien|vieux de|dans? @C"},
    {Biggest, "quel est le fichier|document le plus grand|gros|long de|dans? @C"},
    {Biggest, "quel est le plus grand|gros|long fichier|document de|dans? @C"},
    // Spanish
    {Files, "que|cuales archivos|ficheros|documentos hay en? @C"},
    {Files, "que archivos|ficheros|documentos contiene @c"},
    {Files, "que archivos|ficheros|documentos tienes|tengo|conoces"},
    {Files, "cuales son los archivos|ficheros|documentos de|en @c"},
    {Files, "que hay en @c"},
    {Files, "lista|muestra|muestrame|enumera todos? los archivos|ficheros|documentos de|en? @C"},
    {Count, "cuantos archivos|ficheros|documentos hay en? @C"},
    {Count, "cuantos archivos|ficheros|documentos contiene @c"},
    {Count, "cuantos archivos|ficheros|documentos tienes|tengo"},
    {Pages, "cuantas paginas hay en @c"},
    {Pages, "cuantas paginas hay"},
    {Pages, "cuantas paginas hay en total"},
    {Pages, "cuantas paginas contiene|tiene @c"},
    {Words, "cuantas palabras hay en @c"},
    {Words, "cuantas palabras contiene|tiene @c"},
    {Formats, "que formatos|tipos de? archivo|archivos|fichero|ficheros? hay en? @C"},
    {Missing, "que no se pudo|puede|ha leer|podido leer?"},
    {Missing, "que archivos|ficheros|documentos|paginas no se pudieron|pueden leer"},
    {Missing, "que archivos|ficheros|documentos|paginas no se han podido leer"},
    {Missing, "que no has podido leer"},
    {Missing, "que no pudiste leer"},
    {Missing, "que paginas no tienen texto"},
    {Missing, "que falta en @c"},
    {Missing, "que archivos|ficheros|documentos faltan en? @C"},
    {Missing, "has leido todo"},
    {Missing, "se ha leido todo"},
    {Newest, "cual es el archivo|fichero|documento mas reciente|nuevo de|en? @C"},
    {Oldest, "cual es el archivo|fichero|documento mas antiguo|viejo de|en? @C"},
    {Biggest, "cual es el archivo|fichero|documento mas grande|largo de|en? @C"},
});

/// What would refer to something that was said before, if there is anything.
constexpr auto kFirstForms = std::to_array<Form>({
    {Missing, "what is|s missing"},
    {Missing, "is anything|something missing"},
    {Missing, "was fehlt"},
    {Missing, "fehlt etwas|was"},
    {Missing, "que manque t il"},
    {Missing, "qu est ce qui manque"},
    {Missing, "manque t il quelque chose"},
    {Missing, "que falta"},
    {Missing, "falta algo"},
});

/// Letters with marks, as their plain ones; what is none of these separates words.
constexpr auto kPlain = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"ä", "a"}, {"à", "a"}, {"á", "a"}, {"â", "a"}, {"Ä", "a"}, {"À", "a"}, {"ö", "o"}, {"ó", "o"},  {"ô", "o"},
    {"Ö", "o"}, {"ü", "u"}, {"ú", "u"}, {"ù", "u"}, {"û", "u"}, {"Ü", "u"}, {"é", "e"}, {"è", "e"},  {"ê", "e"},
    {"É", "e"}, {"È", "e"}, {"Ê", "e"}, {"í", "i"}, {"î", "i"}, {"ç", "c"}, {"ñ", "n"}, {"ß", "ss"}, {"¿", " "},
    {"¡", " "}, {"’", " "}, {"«", " "}, {"»", " "}, {"“", " "}, {"”", " "}, {"„", " "}, {"…", " "},  {"–", " "},
});

constexpr std::string_view kName = "@name";

std::string plain(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto found =
            std::ranges::find_if(kPlain, [&](const auto &pair) { return text.substr(at).starts_with(pair.first); });
        if (found != kPlain.end()) {
            out += found->second;
            at += found->first.size();
            continue;
        }
        const char c = lowerAscii(text.substr(at, 1))[0];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        out += letter ? c : ' ';
        ++at;
    }
    return out;
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) {
            parts.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

/// The words of a question; the words of a collection's name become one that stands for it.
std::vector<std::string> wordsOf(std::string_view question, std::span<const std::string> names)
{
    std::vector<std::string> words = split(plain(question), ' ');
    for (const std::string &name : names) {
        const std::vector<std::string> parts = split(plain(name), ' ');
        if (parts.empty()) {
            continue;
        }
        const auto found = std::ranges::search(words, parts);
        if (!found.empty()) {
            const auto at = words.erase(found.begin(), found.end());
            words.insert(at, std::string(kName));
        }
    }
    return words;
}

bool matches(std::span<const std::string> words, std::span<const std::string> form);

bool matchesCollection(std::span<const std::string> words, std::span<const std::string> rest)
{
    if (!words.empty() && words.front() == kName && matches(words.subspan(1), rest)) {
        return true;
    }
    static const std::vector<std::string> spelled = split(kCollection, ' ');
    std::vector<std::string> form = spelled;
    form.insert(form.end(), rest.begin(), rest.end());
    return matches(words, form);
}

bool matches(std::span<const std::string> words, std::span<const std::string> form)
{
    if (form.empty()) {
        return words.empty();
    }
    std::string_view item = form.front();
    const auto rest = form.subspan(1);
    if (item == "@c" || item == "@C") {
        return matchesCollection(words, rest) || (item == "@C" && matches(words, rest));
    }
    if (item.ends_with('?')) {
        item.remove_suffix(1);
        if (matches(words, rest)) {
            return true;
        }
    }
    if (words.empty()) {
        return false;
    }
    const bool fits = std::ranges::any_of(split(item, '|'), [&](std::string_view one) {
        return words.front() == (one.ends_with('?') ? one.substr(0, one.size() - 1) : one);
    });
    return fits && matches(words.subspan(1), rest);
}

} // namespace

std::optional<CollectionTopic> collectionQuestion(std::string_view question, const QuestionContext &context)
{
    constexpr std::size_t longest = 200; // bytes: none of the forms has as many
    if (question.size() > longest) {
        return std::nullopt;
    }
    // As it stands too: a collection may be called "Documents".
    const std::vector<std::string> plainWords = wordsOf(question, {});
    const std::vector<std::string> words = wordsOf(question, context.names);
    const auto topicAmong = [&](std::span<const Form> forms) -> std::optional<CollectionTopic> {
        const auto known = std::ranges::find_if(forms, [&](const Form &one) {
            const std::vector<std::string> form = split(one.words, ' ');
            return matches(words, form) || matches(plainWords, form);
        });
        return known != forms.end() ? std::optional(known->topic) : std::nullopt;
    };
    const auto topic = topicAmong(kForms);
    return topic || !context.first ? topic : topicAmong(kFirstForms);
}

} // namespace storage
