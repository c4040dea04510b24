// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/text_model.h"

#include "inference/families/model_summary.h"
#include "inference/model/gguf_file.h"
#include "inference/model/model_config.h"
#include "inference/model_files.h"
#include "inference/runtime/text_encoding.h"
#include "inference/runtime/text_model_from_file.h"
#include "inference/template/chat_template.h"
#include "inference/template/family_templates.h"
#include "inference/tokenizer/tokenizer.h"

#include <algorithm>
#include <unordered_map>

namespace inference {

namespace {

class FileTextModel final : public TextModel {
public:
    ModelSummary m_summary;
    SamplingParams m_sampling;
    std::unique_ptr<Tokenizer> m_tokenizer;
    std::string m_pairTemplate; ///< empty: the tokenizer's own form
    std::string m_templateSource;
    std::string m_templateWarning;
    std::unique_ptr<ChatTemplate> m_template;
    OutputFormat m_outputFormat;
    std::vector<TokenId> m_marks; ///< sorted

    const ModelSummary &summary() const override { return m_summary; }
    const SamplingParams &recommendedSampling() const override { return m_sampling; }
    std::string_view templateSource() const override { return m_templateSource; }
    std::string_view templateWarning() const override { return m_templateWarning; }
    std::string_view tokenizerWarning() const override { return m_tokenizer->warning(); }
    const OutputFormat &outputFormat() const override { return m_outputFormat; }
    bool isMark(TokenId token) const override { return std::ranges::binary_search(m_marks, token); }

    Result<EncodedPrompt> encodeChat(std::span<const Message> messages, const ChatOptions &options) const override
    {
        TemplateInput input;
        input.messages.assign(messages.begin(), messages.end());
        input.addGenerationPrompt = options.addGenerationPrompt;
        input.enableThinking = options.enableThinking;
        input.now = options.now;
        input.bosToken = textOf(m_tokenizer->vocabulary().bos);
        input.eosToken = textOf(m_tokenizer->vocabulary().eos);
        const auto segments = m_template->render(input);
        if (!segments) {
            return std::unexpected(segments.error());
        }
        EncodedPrompt prompt;
        std::vector<TextSpan> spans;
        for (const PromptSegment &segment : *segments) {
            spans.push_back({segment.text, segment.trusted ? Trust::Trusted : Trust::Untrusted});
        }
        m_tokenizer->encode(spans, prompt.tokens);
        prompt.text = joined(*segments);
        // Most templates write the BOS token themselves; exactly one must stand at the front.
        const auto bosToken = bos();
        if (m_tokenizer->addsBos() && bosToken && (prompt.tokens.empty() || prompt.tokens.front() != *bosToken)) {
            prompt.tokens.insert(prompt.tokens.begin(), *bosToken);
            prompt.text.insert(0, input.bosToken);
        }
        prompt.thinkingOpened = options.addGenerationPrompt && openedThinking(prompt.text, m_outputFormat).has_value();
        return prompt;
    }

    std::vector<TokenId> encodeText(std::string_view text, bool addSpecial, bool parseControl) const override
    {
        std::vector<TokenId> tokens;
        if (addSpecial) {
            const auto leading = m_tokenizer->leading();
            tokens.assign(leading.begin(), leading.end());
        }
        m_tokenizer->encode(text, parseControl ? Trust::Trusted : Trust::Untrusted, tokens);
        if (addSpecial) {
            const auto trailing = m_tokenizer->trailing();
            tokens.insert(tokens.end(), trailing.begin(), trailing.end());
        }
        return tokens;
    }

    EncodedText encodeWhole(std::string_view text, std::size_t most) const override
    {
        return inference::encodeWhole(*m_tokenizer, text, most);
    }

    EncodedText encodePair(std::string_view query, std::string_view document, std::size_t most) const override
    {
        return m_pairTemplate.empty()
                   ? inference::encodePair(*m_tokenizer, query, document, most)
                   : inference::encodePairByTemplate(*m_tokenizer, m_pairTemplate, query, document, most);
    }

    std::string decode(std::span<const TokenId> tokens, bool withControl) const override
    {
        return m_tokenizer->decode(tokens, withControl);
    }
    std::string_view tokenBytes(TokenId token) const override { return m_tokenizer->bytes(token); }
    bool isControl(TokenId token) const override { return m_tokenizer->kind(token) == TokenKind::Control; }
    bool endsGeneration(TokenId token) const override { return m_tokenizer->endsGeneration(token); }
    std::span<const TokenId> suppressed() const override { return m_tokenizer->vocabulary().suppressed; }
    bool dropsLeadingSpace() const override { return m_tokenizer->dropsLeadingSpace(); }
    bool addsBos() const override { return m_tokenizer->addsBos(); }
    std::optional<TokenId> bos() const override { return m_tokenizer->vocabulary().bos; }
    std::size_t vocabularySize() const override { return m_tokenizer->size(); }

    std::string textOf(std::optional<TokenId> token) const
    {
        return token ? std::string(m_tokenizer->bytes(*token)) : std::string();
    }
};

/// Tokens that may be marks, by their text: what a vocabulary holds of <…> and […].
using MarkLike = std::unordered_map<std::string_view, TokenId>;

MarkLike markLikeTokens(const Vocabulary &vocabulary)
{
    MarkLike tokens;
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        const std::string_view text = vocabulary.tokens[id];
        const bool brackets =
            (text.starts_with('<') && text.ends_with('>')) || (text.starts_with('[') && text.ends_with(']'));
        if (brackets && text.size() > 2)
            tokens.emplace(text, static_cast<TokenId>(id));
    }
    return tokens;
}

/// Why a template cannot be used for chats: it parses, but fails for the plainest conversation, or meets a construct
/// that Carrel does not know in one of the usual ones.
std::optional<std::string> fault(const ChatTemplate &chatTemplate, const TemplateInput &tokens)
{
    const std::vector<Message> talks[] = {
        {{Role::User, "a"}},
        {{Role::User, "a"}, {Role::Assistant, "b"}, {Role::User, "c"}},
        {{Role::System, "s"}, {Role::User, "a"}, {Role::Assistant, "b"}, {Role::User, "c"}},
    };
    bool plainest = true;
    for (const std::vector<Message> &talk : talks) {
        TemplateInput input = tokens;
        input.messages = talk;
        for (const std::optional<bool> thinking : {std::optional<bool>(), std::optional(true), std::optional(false)}) {
            input.enableThinking = thinking;
            const auto rendered = chatTemplate.render(input);
            if (!rendered && (plainest || rendered.error().code == ErrorCode::TemplateInvalid))
                return rendered.error().detail;
            plainest = false;
        }
    }
    return std::nullopt;
}

/// How a reranker is asked: by the file's template, as Qwen's model cards say where that is missing, or else in the
/// tokenizer's form for pairs.
std::string pairTemplateFor(const GgufFile &file, std::string_view architecture)
{
    constexpr std::string_view kQwen3 =
        "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct "
        "provided. Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n<Instruct>: Given "
        "a "
        "web search query, retrieve relevant passages that answer the query\n<Query>: {query}\n<Document>: "
        "{document}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
    const auto given = file.string("tokenizer.chat_template.rerank");
    if (given && given->contains("{query}") && given->contains("{document}")) {
        return std::string(*given);
    }
    return std::string(architecture == "qwen3" ? kQwen3 : std::string_view());
}

/// Sets the template in use: the file's own, or ours for the family.
Result<void> chooseTemplate(FileTextModel &model, const GgufFile &file, const MarkLike &tokens)
{
    TemplateInput input;
    input.bosToken = model.textOf(model.m_tokenizer->vocabulary().bos);
    input.eosToken = model.textOf(model.m_tokenizer->vocabulary().eos);
    std::string reason = "the file has no chat template";
    if (auto source = readChatTemplate(file)) {
        auto parsed = ChatTemplate::parse(*source);
        const auto problem = parsed ? fault(**parsed, input) : std::optional(parsed.error().detail);
        if (!problem) {
            model.m_templateSource = std::move(*source);
            model.m_template = std::move(*parsed);
            return {};
        }
        reason = "the file's chat template cannot be used (" + *problem + ")";
    }
    const FamilyTemplate family =
        familyTemplateFor({.architecture = model.m_summary.architecture,
                           .name = model.m_summary.name,
                           .tokenizerModel = model.m_summary.tokenizerModel,
                           .hasToken = [&](std::string_view text) { return tokens.contains(text); }});
    model.m_templateWarning =
        reason + "; Carrel's own for the format \"" + std::string(family.name) + "\" stands in for it";
    model.m_templateSource = family.source;
    auto parsed = ChatTemplate::parse(family.source);
    if (!parsed)
        return std::unexpected(parsed.error());
    model.m_template = std::move(*parsed);
    return {};
}

} // namespace

Result<std::shared_ptr<const TextModel>> TextModel::open(const std::filesystem::path &path)
{
    auto file = GgufFile::open(path, GgufScope::HeaderOnly);
    if (!file) {
        return std::unexpected(file.error());
    }
    return runtime::textModelFromFile(*file, path);
}

Result<ModelSummary> readModelSummary(const std::filesystem::path &path)
{
    auto file = GgufFile::open(path, GgufScope::HeaderOnly);
    if (!file) {
        return std::unexpected(file.error());
    }
    return families::summarize(**file, modelStem(path));
}

Result<std::shared_ptr<const TextModel>> runtime::textModelFromFile(const std::shared_ptr<const GgufFile> &file,
                                                                    const std::filesystem::path &path)
{
    auto model = std::make_shared<FileTextModel>();
    model->m_summary = families::summarize(*file, modelStem(path));
    model->m_sampling = readRecommendedSampling(*file);
    auto vocabulary = readVocabulary(*file);
    if (!vocabulary) {
        return std::unexpected(vocabulary.error());
    }
    auto tokenizer = Tokenizer::create(std::move(*vocabulary));
    if (!tokenizer) {
        return std::unexpected(tokenizer.error());
    }
    model->m_tokenizer = std::move(*tokenizer);

    if (model->m_summary.purpose == ModelPurpose::Ranking) {
        model->m_pairTemplate = pairTemplateFor(*file, model->m_summary.architecture);
    }
    const MarkLike tokens = markLikeTokens(model->m_tokenizer->vocabulary());
    if (auto chosen = chooseTemplate(*model, *file, tokens); !chosen) {
        return std::unexpected(chosen.error());
    }
    model->m_outputFormat = outputFormatFor({.chatTemplate = model->m_templateSource,
                                             .hasToken = [&](std::string_view text) { return tokens.contains(text); }});
    for (const std::string &mark : model->m_outputFormat.marks()) {
        if (const auto token = tokens.find(mark); token != tokens.end()) {
            model->m_marks.push_back(token->second);
        }
    }
    std::ranges::sort(model->m_marks);
    return model;
}

} // namespace inference
