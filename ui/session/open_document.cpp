#include "ui/session/open_document.h"

#include "ui/session/open_image.h"
#include "ui/session/pdf_file.h"
#include "ui/style/format.h"

#include <QPointer>
#include <QRegularExpression>
#include <algorithm>
#include <utility>

namespace prunescope::ui {

struct OpenDocument::Place {
    std::unique_ptr<PdfFile> file;
};

/// What opening has come to, or drawing a page of what is open.
struct OpenDocument::Loaded {
    int pages = 0;
    QImage page;
    bool isLocked = false;
    bool wasWrong = false; ///< the password
};

QString PageName::text() const {
    return QStringLiteral("%1#page=%2").arg(path).arg(page + 1);
}

std::optional<PageName> PageName::of(const QString& text) {
    static const QRegularExpression form(QStringLiteral("^(.+)#page=([1-9][0-9]{0,6})$"));
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return PageName{match.captured(1), match.captured(2).toInt() - 1};
}

OpenDocument::OpenDocument(OpenImage& image, QObject* parent)
    : QObject(parent), m_image(image), m_place(std::make_shared<Place>()) {
    connect(&m_image, &OpenImage::changed, this, &OpenDocument::onImageChanged);
    connect(&m_queue, &JobQueue::becameIdle, this, &OpenDocument::becameIdle);
}

OpenDocument::~OpenDocument() {
    m_queue.start([place = m_place] { *place = {}; }, [] {}, [](const QString&) {});
    m_queue.wait();
}

// Opening -------------------------------------------------------------------------------------------------------------

void OpenDocument::open(const QString& path, int page) {
    m_wish = {path, page, false};
    Q_EMIT lockedChanged();
    load({});
}

void OpenDocument::unlock(const QString& password) {
    if (!m_wish.isLocked)
        return;
    if (password.isEmpty()) {
        m_wish = {};
        Q_EMIT lockedChanged();
        return;
    }
    load(password);
}

void OpenDocument::load(const QString& password) {
    const auto work = [place = m_place, wish = m_wish, password] {
        Loaded loaded;
        try {
            auto file = std::make_unique<PdfFile>(wish.path, password);
            loaded.pages = file->pages();
            loaded.page = file->drawn(std::clamp(wish.page, 0, loaded.pages - 1), kDotsPerInch);
            place->file = std::move(file);
        } catch (const PasswordNeeded& locked) {
            loaded.isLocked = true;
            loaded.wasWrong = locked.wasWrong();
        }
        return loaded;
    };
    m_queue.start(
        work,
        [this, wish = m_wish](const Loaded& loaded) {
            if (wish.path == m_wish.path) // else people want another one by now
                take(loaded);
        },
        [this](const QString& why) { Q_EMIT failed(why); });
}

void OpenDocument::take(const Loaded& loaded) {
    m_wish.isLocked = loaded.isLocked;
    Q_EMIT lockedChanged();
    if (loaded.isLocked)
        return Q_EMIT passwordWanted(m_wish.path, loaded.wasWrong);
    ++m_generation;
    m_path = m_wish.path;
    m_pages = loaded.pages;
    m_page = std::clamp(m_wish.page, 0, m_pages - 1);
    Q_EMIT opened();
    Q_EMIT pageChanged();
    m_image.openPage(loaded.page, PageName{m_path, m_page}.text());
}

void OpenDocument::show(int page) {
    if (page < 0 || page >= m_pages || page == m_page)
        return;
    m_page = page;
    Q_EMIT pageChanged();
    const auto work = [place = m_place, page] { return place->file->drawn(page, kDotsPerInch); };
    const auto done = [this, page, generation = m_generation](const QImage& drawn) {
        if (generation == m_generation && page == m_page) // else people have turned on
            m_image.openPage(drawn, PageName{m_path, page}.text());
    };
    m_queue.start(work, done, [this](const QString& why) { Q_EMIT failed(why); });
}

void OpenDocument::onImageChanged() {
    const auto page = PageName::of(fromUtf8(m_image.screenshot().name));
    if (!isEmpty() && (!page || page->path != m_path))
        close();
}

void OpenDocument::follow(const PageName& page) {
    if (page.path == m_path) {
        m_page = std::min(page.page, m_pages - 1);
        return Q_EMIT pageChanged();
    }
    const auto work = [place = m_place, path = page.path] {
        auto file = std::make_unique<PdfFile>(path, QString());
        const int pages = file->pages();
        place->file = std::move(file);
        return pages;
    };
    const auto done = [this, page, name = m_image.screenshot().name](int pages) {
        if (m_image.screenshot().name != name || !isEmpty() || page.page >= pages)
            return;
        ++m_generation;
        m_path = page.path;
        m_pages = pages;
        m_page = page.page;
        Q_EMIT opened();
        Q_EMIT pageChanged();
    };
    m_queue.start(work, done, [](const QString&) {}); // the picture is there without it
}

void OpenDocument::close() {
    ++m_generation;
    m_path.clear();
    m_pages = m_page = 0;
    m_queue.start([place = m_place] { place->file.reset(); }, [] {}, [](const QString&) {});
    Q_EMIT closed();
}

// Reading -------------------------------------------------------------------------------------------------------------

template <typename Result>
void OpenDocument::read(const QObject* context, std::function<Result(const PdfFile&)> work,
                        std::function<void(const Result&)> done) {
    m_queue.start(
        [place = m_place, work] {
            try {
                return place->file ? work(*place->file) : Result();
            } catch (const Error&) { // showing the page says why
                return Result();
            }
        },
        [this, context = QPointer(context), done, generation = m_generation](const Result& result) {
            if (context && generation == m_generation)
                done(result);
        },
        [](const QString&) {});
}

void OpenDocument::readThumbnail(const QObject* context, int page, QSize most,
                                 std::function<void(const QImage&)> done) {
    read<QImage>(
        context, [page, most](const PdfFile& file) { return file.thumbnail(page, most); }, std::move(done));
}

void OpenDocument::readText(const QObject* context, int page, std::function<void(const QString&)> done) {
    read<QString>(
        context, [page](const PdfFile& file) { return file.text(page); }, std::move(done));
}

} // namespace prunescope::ui
