// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <qqmlregistration.h>

namespace ui {

/// Whether a desktop asks for less motion, from the texts of the files in which GTK (`gtk-enable-animations` of
/// gtk-4.0/settings.ini or gtk-3.0/settings.ini) and KDE (`AnimationDurationFactor` of kdeglobals) keep it. Missing
/// files are empty texts. Qt 6.8 itself has no such hint.
bool asksForLessMotion(const QByteArray &gtkSettings, const QByteArray &kdeGlobals);

/// What the desktop says about motion. Its files are read once, on another thread. GUI thread.
class SystemMotion : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(bool reduced READ isReduced NOTIFY reducedChanged FINAL)
public:
    explicit SystemMotion(QObject *parent = nullptr);

    [[nodiscard]] bool isReduced() const { return m_reduced; }

Q_SIGNALS:
    void reducedChanged();

private:
    bool m_reduced = false;
};

} // namespace ui
