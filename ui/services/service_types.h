// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The services and their values as QML knows them. Services are made by the composition and handed to Main.qml.
#pragma once

#include "app/assistant_service.h"
#include "app/chat_material.h"
#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/compare_service.h"
#include "app/conversation_service.h"
#include "app/device_service.h"
#include "app/document_finder.h"
#include "app/embedder_list.h"
#include "app/export_service.h"
#include "app/inference_port.h"
#include "app/ingest_service.h"
#include "app/markdown/block.h"
#include "app/model_inspector.h"
#include "app/model_service.h"
#include "app/passage_finder.h"
#include "app/settings.h"
#include "app/source_service.h"
#include "app/summary_service.h"

#include <qqmlregistration.h>

namespace ui {

struct AppNamespace {
    Q_GADGET
    QML_FOREIGN_NAMESPACE(app)
    QML_NAMED_ELEMENT(App)
};

struct MarkdownNamespace {
    Q_GADGET
    QML_FOREIGN_NAMESPACE(app::markdown)
    QML_NAMED_ELEMENT(Markdown)
};

struct AssistantServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::AssistantService)
    QML_NAMED_ELEMENT(AssistantService)
    QML_UNCREATABLE("made by the program")
};

struct AssistantValueForeign {
    Q_GADGET
    QML_FOREIGN(app::AssistantValue)
    QML_VALUE_TYPE(assistantValue)
};

struct AssistantAdapterForeign {
    Q_GADGET
    QML_FOREIGN(app::AssistantAdapter)
    QML_VALUE_TYPE(assistantAdapter)
};

struct CompareServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::CompareService)
    QML_NAMED_ELEMENT(CompareService)
    QML_UNCREATABLE("made by the program")
};

struct CompareSideForeign {
    Q_GADGET
    QML_FOREIGN(app::CompareSide)
    QML_VALUE_TYPE(compareSide)
};

struct ChatMaterialForeign {
    Q_GADGET
    QML_FOREIGN(app::ChatMaterial)
    QML_NAMED_ELEMENT(ChatMaterial)
    QML_UNCREATABLE("made by the program")
};

struct ChatServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::ChatService)
    QML_NAMED_ELEMENT(ChatService)
    QML_UNCREATABLE("made by the program")
};

struct CollectionServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::CollectionService)
    QML_NAMED_ELEMENT(CollectionService)
    QML_UNCREATABLE("made by the program")
};

struct ConversationServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::ConversationService)
    QML_NAMED_ELEMENT(ConversationService)
    QML_UNCREATABLE("made by the program")
};

struct DeviceServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::DeviceService)
    QML_NAMED_ELEMENT(DeviceService)
    QML_UNCREATABLE("made by the program")
};

struct DocumentFinderForeign {
    Q_GADGET
    QML_FOREIGN(app::DocumentFinder)
    QML_NAMED_ELEMENT(DocumentFinder)
    QML_UNCREATABLE("made by the program")
};

struct EmbedderListForeign {
    Q_GADGET
    QML_FOREIGN(app::EmbedderList)
    QML_NAMED_ELEMENT(EmbedderList)
    QML_UNCREATABLE("made by the program")
};

struct EmbedderChoiceForeign {
    Q_GADGET
    QML_FOREIGN(app::EmbedderChoice)
    QML_VALUE_TYPE(embedderChoice)
};

struct ExportServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::ExportService)
    QML_NAMED_ELEMENT(ExportService)
    QML_UNCREATABLE("made by the program")
};

struct HeaderEntryForeign {
    Q_GADGET
    QML_FOREIGN(app::HeaderEntryValue)
    QML_VALUE_TYPE(headerEntry)
};

struct IngestServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::IngestService)
    QML_NAMED_ELEMENT(IngestService)
    QML_UNCREATABLE("made by the program")
};

struct ModelInspectorForeign {
    Q_GADGET
    QML_FOREIGN(app::ModelInspector)
    QML_NAMED_ELEMENT(ModelInspector)
};

struct TensorValueForeign {
    Q_GADGET
    QML_FOREIGN(app::TensorValue)
    QML_VALUE_TYPE(tensorValue)
};

struct TokenValueForeign {
    Q_GADGET
    QML_FOREIGN(app::TokenValue)
    QML_VALUE_TYPE(tokenValue)
};

struct PassageFinderForeign {
    Q_GADGET
    QML_FOREIGN(app::PassageFinder)
    QML_NAMED_ELEMENT(PassageFinder)
    QML_UNCREATABLE("made by the program")
};

struct ModelServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::ModelService)
    QML_NAMED_ELEMENT(ModelService)
    QML_UNCREATABLE("made by the program")
};

struct SettingsForeign {
    Q_GADGET
    QML_FOREIGN(app::Settings)
    QML_NAMED_ELEMENT(Settings)
    QML_UNCREATABLE("made by the program")
};

struct SourceServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::SourceService)
    QML_NAMED_ELEMENT(SourceService)
    QML_UNCREATABLE("made by the program")
};

struct SummaryServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::SummaryService)
    QML_NAMED_ELEMENT(SummaryService)
    QML_UNCREATABLE("made by the program")
};

struct AnswerRecordForeign {
    Q_GADGET
    QML_FOREIGN(app::AnswerRecord)
    QML_VALUE_TYPE(answerRecord)
};

struct AssistantIdForeign {
    Q_GADGET
    QML_FOREIGN(app::AssistantId)
    QML_VALUE_TYPE(assistantId)
};

struct CitationValueForeign {
    Q_GADGET
    QML_FOREIGN(app::CitationValue)
    QML_VALUE_TYPE(citationValue)
};

struct CollectionCountsForeign {
    Q_GADGET
    QML_FOREIGN(app::CollectionCounts)
    QML_VALUE_TYPE(collectionCounts)
};

struct CollectionIdForeign {
    Q_GADGET
    QML_FOREIGN(app::CollectionId)
    QML_VALUE_TYPE(collectionId)
};

struct CollectionValueForeign {
    Q_GADGET
    QML_FOREIGN(app::CollectionValue)
    QML_VALUE_TYPE(collectionValue)
};

struct ConversationIdForeign {
    Q_GADGET
    QML_FOREIGN(app::ConversationId)
    QML_VALUE_TYPE(conversationId)
};

struct DeviceValueForeign {
    Q_GADGET
    QML_FOREIGN(app::DeviceValue)
    QML_VALUE_TYPE(deviceValue)
};

struct FileValueForeign {
    Q_GADGET
    QML_FOREIGN(app::FileValue)
    QML_VALUE_TYPE(fileValue)
};

struct SourceValueForeign {
    Q_GADGET
    QML_FOREIGN(app::SourceValue)
    QML_VALUE_TYPE(sourceValue)
};

struct SourceViewForeign {
    Q_GADGET
    QML_FOREIGN(app::SourceView)
    QML_VALUE_TYPE(sourceView)
};

struct SummaryCoverageForeign {
    Q_GADGET
    QML_FOREIGN(app::SummaryCoverage)
    QML_VALUE_TYPE(summaryCoverage)
};

struct SummaryPlaceForeign {
    Q_GADGET
    QML_FOREIGN(app::SummaryPlace)
    QML_VALUE_TYPE(summaryPlace)
};

struct SummaryRequestForeign {
    Q_GADGET
    QML_FOREIGN(app::SummaryRequest)
    QML_VALUE_TYPE(summaryRequest)
};

struct SummaryResultForeign {
    Q_GADGET
    QML_FOREIGN(app::SummaryResult)
    QML_VALUE_TYPE(summaryResult)
};

struct SummarySectionForeign {
    Q_GADGET
    QML_FOREIGN(app::SummarySection)
    QML_VALUE_TYPE(summarySection)
};

struct SummarySourceForeign {
    Q_GADGET
    QML_FOREIGN(app::SummarySource)
    QML_VALUE_TYPE(summarySource)
};

struct FailureForeign {
    Q_GADGET
    QML_FOREIGN(app::Failure)
    QML_VALUE_TYPE(failure)
};

struct MessageIdForeign {
    Q_GADGET
    QML_FOREIGN(app::MessageId)
    QML_VALUE_TYPE(messageId)
};

struct ModelCardForeign {
    Q_GADGET
    QML_FOREIGN(app::ModelCard)
    QML_VALUE_TYPE(modelCard)
};

struct ModelStatusForeign {
    Q_GADGET
    QML_FOREIGN(app::ModelStatus)
    QML_VALUE_TYPE(modelStatus)
};

struct PromptFitForeign {
    Q_GADGET
    QML_FOREIGN(app::PromptFit)
    QML_VALUE_TYPE(promptFit)
};

struct BlockForeign {
    Q_GADGET
    QML_FOREIGN(app::markdown::Block)
    QML_VALUE_TYPE(markdownBlock)
};

struct StyledTextForeign {
    Q_GADGET
    QML_FOREIGN(app::markdown::StyledText)
    QML_VALUE_TYPE(styledText)
};

} // namespace ui
