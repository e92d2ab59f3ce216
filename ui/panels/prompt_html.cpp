#include "ui/panels/prompt_html.h"

#include "ui/style/format.h"
#include "ui/style/theme.h"

#include <QCoreApplication>

namespace prunescope::ui {

namespace {

using Piece = model::PromptView::Piece;

// "image: 135 of 510 tokens"
QString imageText(const model::PromptView& view, int index) {
    const model::PromptView::Image& image = view.images.at(static_cast<std::size_t>(index));
    const QString which = view.images.size() > 1 ? QCoreApplication::translate("prompt", "image %1").arg(index + 1)
                                                 : QCoreApplication::translate("prompt", "image");
    return QCoreApplication::translate("prompt", "%1: %2 of %3 tokens")
        .arg(which, countText(image.keptBlocks()), countText(image.allBlocks));
}

QString chip(const QString& text, const Colours& colours) {
    return QStringLiteral("<span style='background-color:%1; color:%2'>&nbsp;%3&nbsp;</span>")
        .arg(colours.hover.name(), colours.text.name(), QString(text).replace(QLatin1Char(' '), QChar(QChar::Nbsp)));
}

QString coloured(const std::string& text, const QColor& colour) {
    return QStringLiteral("<span style='color:%1'>%2</span>")
        .arg(colour.name(), fromUtf8(text).toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")));
}

} // namespace

QString promptHtml(const model::PromptView& view, const Colours& colours) {
    QString html;
    for (const Piece& piece : view.pieces)
        html += piece.source == Piece::Source::Image
                    ? chip(imageText(view, piece.image), colours)
                    : coloured(piece.text, piece.source == Piece::Source::People ? colours.text : colours.muted);
    return QStringLiteral("<span style='white-space:pre-wrap'>%1</span>").arg(html);
}

} // namespace prunescope::ui
