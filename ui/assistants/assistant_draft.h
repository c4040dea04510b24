// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/assistant_service.h"
#include "app/model_library.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <qqmlregistration.h>

namespace ui {

/// One assistant while it is being edited. What is changed is stored by itself, shortly after the last change and when
/// the draft goes or shows another assistant.
class AssistantDraft : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::AssistantService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    Q_PROPERTY(app::ModelLibrary *library READ library WRITE setLibrary NOTIFY libraryChanged FINAL)
    Q_PROPERTY(app::AssistantId assistant READ assistant WRITE setAssistant NOTIFY changed FINAL)
    Q_PROPERTY(bool isDefault READ isDefault NOTIFY changed FINAL)
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY changed FINAL)
    Q_PROPERTY(int tint READ tint WRITE setTint NOTIFY changed FINAL)
    Q_PROPERTY(QString letter READ letter WRITE setLetter NOTIFY changed FINAL)
    Q_PROPERTY(QString instructions READ instructions WRITE setInstructions NOTIFY changed FINAL)
    Q_PROPERTY(QString modelPath READ modelPath WRITE setModelPath NOTIFY changed FINAL)
    Q_PROPERTY(QList<app::AssistantAdapter> adapters READ adapters NOTIFY changed FINAL)
    Q_PROPERTY(QStringList obstacles READ obstacles NOTIFY obstaclesChanged FINAL)
    Q_PROPERTY(QStringList collections READ collections NOTIFY changed FINAL)
public:
    /// A sampling setting that can be given or left to the model.
    enum class Setting { Temperature, TopP, MinP, TopK, RepeatPenalty };
    Q_ENUM(Setting)

    explicit AssistantDraft(QObject *parent = nullptr);
    ~AssistantDraft() override;

    [[nodiscard]] app::AssistantService *service() const { return m_service; }
    void setService(app::AssistantService *service); ///< not owned
    [[nodiscard]] app::ModelLibrary *library() const { return m_library; }
    void setLibrary(app::ModelLibrary *library); ///< says what is known of adapters; not owned
    [[nodiscard]] app::AssistantId assistant() const { return m_id; }
    /// Edits this one from now on.
    void setAssistant(app::AssistantId id);
    [[nodiscard]] bool isDefault() const { return m_value.isDefault; }
    [[nodiscard]] QString name() const { return m_value.name; }
    void setName(const QString &name); ///< an empty one is not stored: the last one stays
    [[nodiscard]] int tint() const { return m_value.tint; }
    void setTint(int tint);
    [[nodiscard]] QString letter() const { return m_value.letter; }
    void setLetter(const QString &letter); ///< the first character counts
    [[nodiscard]] QString instructions() const { return m_value.instructions; }
    void setInstructions(const QString &instructions);
    [[nodiscard]] QString modelPath() const { return m_value.modelPath; }
    /// Another model than before goes without the old one's adapters.
    void setModelPath(const QString &path);
    [[nodiscard]] const QList<app::AssistantAdapter> &adapters() const { return m_value.adapters; }
    /// Why each of the adapters cannot be used, as sentences; empty where nothing is known against it.
    [[nodiscard]] const QStringList &obstacles() const { return m_obstacles; }
    [[nodiscard]] const QStringList &collections() const { return m_value.collections; }

    Q_INVOKABLE void addAdapter(const QString &path);
    Q_INVOKABLE void removeAdapter(int row);
    Q_INVOKABLE void enableAdapter(int row, bool enabled);
    Q_INVOKABLE void scaleAdapter(int row, double scale);
    Q_INVOKABLE void useCollection(const QString &uuid, bool use);

    /// The setting is the assistant's own.
    Q_INVOKABLE [[nodiscard]] bool has(ui::AssistantDraft::Setting setting) const;
    /// Its value, or a usual one where the model decides.
    Q_INVOKABLE [[nodiscard]] double value(ui::AssistantDraft::Setting setting) const;
    Q_INVOKABLE void set(ui::AssistantDraft::Setting setting, double value);
    Q_INVOKABLE void leave(ui::AssistantDraft::Setting setting); ///< to the model

    /// Stores at once what is not stored yet.
    Q_INVOKABLE void flush();

Q_SIGNALS:
    void serviceChanged();
    void libraryChanged();
    void obstaclesChanged();
    void changed();

private:
    void take();
    void touch();
    void judgeAdapters();

    QPointer<app::AssistantService> m_service;
    app::AssistantId m_id;
    app::AssistantValue m_value;
    QPointer<app::ModelLibrary> m_library;
    QStringList m_obstacles;
    bool m_dirty = false;
    bool m_nameless = false; ///< its name was taken away and is still to be written
    QTimer m_saver;
};

} // namespace ui
