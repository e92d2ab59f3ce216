#include "app/window_sets/standard_icon.h"

#include <QApplication>
#include <QStyle>
#include <array>

namespace prunescope::app {

QIcon drawStandardIcon(WindowContext& context) {
    static constexpr std::array kIcons{QStyle::SP_FileIcon,         QStyle::SP_DirOpenIcon,
                                       QStyle::SP_DialogSaveButton, QStyle::SP_DirHomeIcon,
                                       QStyle::SP_TrashIcon,        QStyle::SP_BrowserReload,
                                       QStyle::SP_ArrowBack,        QStyle::SP_ArrowForward,
                                       QStyle::SP_MediaPlay,        QStyle::SP_FileDialogNewFolder,
                                       QStyle::SP_ComputerIcon,     QStyle::SP_MessageBoxInformation,
                                       QStyle::SP_DialogOkButton,   QStyle::SP_DialogCancelButton};
    return QApplication::style()->standardIcon(context.random.pick(kIcons));
}

} // namespace prunescope::app
