#pragma once

#include "ui/workers/job_queue.h"

#include <QImage>
#include <QObject>
#include <QString>
#include <functional>
#include <memory>
#include <optional>

namespace prunescope::ui {

class OpenImage;
class PdfFile;

/// A page of a document, as it is named in records: "report.pdf#page=3" is its third one.
struct PageName {
    QString path;
    int page = 0; ///< from 0
    QString text() const;
    /// Nothing where the text names no page.
    static std::optional<PageName> of(const QString& text);
};

/// The document whose pages are shown one at a time as the open image. It is there as long as one of them is: another
/// picture closes it. Nothing here waits: a PDF is read in a thread of its own. GUI thread.
class OpenDocument : public QObject {
    Q_OBJECT

public:
    /// Dots an inch that pages are drawn with: what scanners and readers of documents use.
    static constexpr double kDotsPerInch = 150;

    /// `image` outlives this.
    explicit OpenDocument(OpenImage& image, QObject* parent = nullptr);
    /// Waits for the page that is being drawn.
    ~OpenDocument() override;

    /// Opens a PDF and shows a page of it. Ends with `opened`, `passwordWanted` or `failed`; the picture that is there
    /// stays until then.
    void open(const QString& path, int page = 0);
    /// Tries again with a password; forgets the wish where it is empty.
    void unlock(const QString& password);
    /// Takes the document whose page is the open image already, as far as it is still there.
    void follow(const PageName& page);
    /// Shows a page; one that is none does nothing.
    void show(int page);

    bool isEmpty() const { return m_pages == 0; }
    const QString& path() const { return m_path; }
    int pages() const { return m_pages; }
    /// That is shown, or was asked for last.
    int page() const { return m_page; }
    /// The name of a document that waits for its password; empty: none does.
    const QString& locked() const { return m_wish.isLocked ? m_wish.path : m_noPath; }

    /// `done` gets a small picture of a page, null where it can't be drawn, unless `context` is gone by then. Where
    /// another document is open by then it is not called.
    void readThumbnail(const QObject* context, int page, QSize most, std::function<void(const QImage&)> done);
    /// The text of the page, likewise; empty where it has none.
    void readText(const QObject* context, int page, std::function<void(const QString&)> done);

    bool isIdle() const { return m_queue.isIdle(); }

Q_SIGNALS:
    void opened();      ///< another document is there
    void closed();      ///< there is none any more
    void pageChanged(); ///< `page`
    /// A document can't be opened without a password, or the one that was given is wrong.
    void passwordWanted(const QString& path, bool wasWrong);
    void lockedChanged();
    void failed(const QString& message);
    void becameIdle();

private:
    /// The file, used in the thread of the queue alone.
    struct Place;
    struct Wish {
        QString path;
        int page = 0;
        bool isLocked = false;
    };
    struct Loaded;
    void load(const QString& password);
    void take(const Loaded& loaded);
    void close();
    void onImageChanged();
    template <typename Result>
    void read(const QObject* context, std::function<Result(const PdfFile&)> work,
              std::function<void(const Result&)> done);

    OpenImage& m_image;
    std::shared_ptr<Place> m_place;
    QString m_path;
    int m_pages = 0;
    int m_page = 0;
    Wish m_wish;
    const QString m_noPath;
    quint64 m_generation = 0; ///< counts documents: what was read of an earlier one is dropped
    JobQueue m_queue;
};

} // namespace prunescope::ui
