#include "ui/capture/x11_desktop.h"

#include <QByteArray>
#include <QMargins>
#include <QtEndian>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <xcb/randr.h>
#include <xcb/xcb.h>

namespace prunescope::ui {

namespace {

/// What XCB allocates is freed with free().
template <typename Reply>
using Owned = std::unique_ptr<Reply, decltype(&std::free)>;

template <typename Reply>
Owned<Reply> owned(Reply* reply) {
    return {reply, &std::free};
}

constexpr std::uint32_t kRed = 0xff0000, kGreen = 0xff00, kBlue = 0xff;
constexpr std::uint32_t kMostTitleWords = 256;
constexpr int kMostDepth = 8; ///< of a client below its frame

} // namespace

/// The connection, and requests with their replies.
class X11Desktop::Server {
public:
    Server() {
        int number = 0;
        m_connection = xcb_connect(nullptr, &number);
        if (xcb_connection_has_error(m_connection))
            return;
        auto screens = xcb_setup_roots_iterator(xcb_get_setup(m_connection));
        for (; screens.rem > 0 && number > 0; --number)
            xcb_screen_next(&screens);
        if (screens.rem > 0)
            m_screen = screens.data;
    }
    ~Server() { xcb_disconnect(m_connection); }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const xcb_screen_t* screen() const { return m_screen; }

    bool hasByteColours() const {
        const xcb_visualtype_t* visual = rootVisual();
        return visual && visual->red_mask == kRed && visual->green_mask == kGreen && visual->blue_mask == kBlue &&
               bitsPerPixel() == 32 && xcb_get_setup(m_connection)->image_byte_order == hostOrder();
    }

    QImage picture() const {
        auto reply =
            owned(xcb_get_image_reply(m_connection,
                                      xcb_get_image(m_connection, XCB_IMAGE_FORMAT_Z_PIXMAP, m_screen->root, 0, 0,
                                                    m_screen->width_in_pixels, m_screen->height_in_pixels, ~0U),
                                      nullptr));
        const qsizetype stride = qsizetype{m_screen->width_in_pixels} * 4;
        if (!reply || xcb_get_image_data_length(reply.get()) < stride * m_screen->height_in_pixels)
            return {};
        std::uint8_t* pixels = xcb_get_image_data(reply.get());
        return QImage(pixels, m_screen->width_in_pixels, m_screen->height_in_pixels, stride, QImage::Format_RGB32,
                      &std::free, reply.release()); // they stay where they arrived
    }

    std::vector<ScreenPixels> screens() const {
        const xcb_query_extension_reply_t* randr = xcb_get_extension_data(m_connection, &xcb_randr_id);
        if (!randr || !randr->present)
            return {};
        const auto reply = owned(xcb_randr_get_monitors_reply(
            m_connection, xcb_randr_get_monitors(m_connection, m_screen->root, true), nullptr));
        std::vector<ScreenPixels> screens;
        if (reply)
            for (auto all = xcb_randr_get_monitors_monitors_iterator(reply.get()); all.rem > 0;
                 xcb_randr_monitor_info_next(&all))
                screens.push_back(
                    {nameOf(all.data->name), {all.data->x, all.data->y, all.data->width, all.data->height}});
        return screens;
    }

    xcb_window_t windowUnderPointer() const {
        const auto reply =
            owned(xcb_query_pointer_reply(m_connection, xcb_query_pointer(m_connection, m_screen->root), nullptr));
        return reply && reply->same_screen ? reply->child : xcb_window_t{XCB_NONE};
    }

    PixelRect geometryOf(xcb_window_t window) const {
        const auto reply = owned(xcb_get_geometry_reply(m_connection, xcb_get_geometry(m_connection, window), nullptr));
        if (!reply)
            return {};
        return {reply->x, reply->y, reply->width + 2 * reply->border_width, reply->height + 2 * reply->border_width};
    }

    /// The program's own window in a frame that a window manager put around it; the frame itself without one.
    xcb_window_t clientIn(xcb_window_t frame) const {
        const xcb_window_t found = clientIn(frame, atom("WM_STATE"), kMostDepth);
        return found == XCB_NONE ? frame : found;
    }

    QString titleOf(xcb_window_t window) const {
        const QByteArray utf8 = property(window, atom("_NET_WM_NAME"));
        return utf8.isEmpty() ? QString::fromLatin1(property(window, XCB_ATOM_WM_NAME)) : QString::fromUtf8(utf8);
    }

    /// Widths of what a window draws around itself that is no part of it: left, right, top, bottom.
    QMargins shadowOf(xcb_window_t window) const {
        const QByteArray bytes = property(window, atom("_GTK_FRAME_EXTENTS"));
        std::uint32_t widths[4]{};
        if (bytes.size() != sizeof widths)
            return {};
        std::memcpy(widths, bytes.constData(), sizeof widths);
        return {static_cast<int>(widths[0]), static_cast<int>(widths[2]), static_cast<int>(widths[1]),
                static_cast<int>(widths[3])};
    }

private:
    static std::uint8_t hostOrder() {
        return Q_BYTE_ORDER == Q_LITTLE_ENDIAN ? XCB_IMAGE_ORDER_LSB_FIRST : XCB_IMAGE_ORDER_MSB_FIRST;
    }

    const xcb_visualtype_t* rootVisual() const {
        for (auto depths = xcb_screen_allowed_depths_iterator(m_screen); depths.rem > 0; xcb_depth_next(&depths))
            for (auto visuals = xcb_depth_visuals_iterator(depths.data); visuals.rem > 0; xcb_visualtype_next(&visuals))
                if (visuals.data->visual_id == m_screen->root_visual)
                    return visuals.data;
        return nullptr;
    }

    int bitsPerPixel() const {
        for (auto formats = xcb_setup_pixmap_formats_iterator(xcb_get_setup(m_connection)); formats.rem > 0;
             xcb_format_next(&formats))
            if (formats.data->depth == m_screen->root_depth)
                return formats.data->bits_per_pixel;
        return 0;
    }

    xcb_atom_t atom(const char* name) const {
        const auto length = static_cast<std::uint16_t>(std::strlen(name));
        const auto reply =
            owned(xcb_intern_atom_reply(m_connection, xcb_intern_atom(m_connection, 1, length, name), nullptr));
        return reply ? reply->atom : xcb_atom_t{XCB_ATOM_NONE};
    }

    std::string nameOf(xcb_atom_t atom) const {
        const auto reply = owned(xcb_get_atom_name_reply(m_connection, xcb_get_atom_name(m_connection, atom), nullptr));
        return reply ? std::string(xcb_get_atom_name_name(reply.get()),
                                   static_cast<std::size_t>(xcb_get_atom_name_name_length(reply.get())))
                     : std::string();
    }

    QByteArray property(xcb_window_t window, xcb_atom_t name) const {
        if (name == XCB_ATOM_NONE)
            return {};
        const auto reply = owned(xcb_get_property_reply(
            m_connection,
            xcb_get_property(m_connection, 0, window, name, XCB_GET_PROPERTY_TYPE_ANY, 0, kMostTitleWords), nullptr));
        if (!reply)
            return {};
        return {static_cast<const char*>(xcb_get_property_value(reply.get())),
                xcb_get_property_value_length(reply.get())};
    }

    xcb_window_t clientIn(xcb_window_t window, xcb_atom_t state, int depth) const {
        if (!property(window, state).isEmpty())
            return window;
        const auto reply = owned(xcb_query_tree_reply(m_connection, xcb_query_tree(m_connection, window), nullptr));
        if (!reply || depth == 0)
            return XCB_NONE;
        const xcb_window_t* children = xcb_query_tree_children(reply.get());
        for (int i = xcb_query_tree_children_length(reply.get()) - 1; i >= 0; --i) // the topmost is the last
            if (const xcb_window_t found = clientIn(children[i], state, depth - 1); found != XCB_NONE)
                return found;
        return XCB_NONE;
    }

    xcb_connection_t* m_connection = nullptr;
    const xcb_screen_t* m_screen = nullptr;
};

X11Desktop::X11Desktop() : m_server(std::make_unique<Server>()) {}

X11Desktop::~X11Desktop() = default;

bool X11Desktop::usable() const {
    return m_server->screen() && m_server->hasByteColours();
}

Size X11Desktop::size() const {
    return {m_server->screen()->width_in_pixels, m_server->screen()->height_in_pixels};
}

QImage X11Desktop::picture() const {
    return m_server->picture();
}

std::vector<ScreenPixels> X11Desktop::screens() const {
    return m_server->screens();
}

std::optional<X11Window> X11Desktop::windowUnderPointer() const {
    const xcb_window_t frame = m_server->windowUnderPointer();
    if (frame == XCB_NONE)
        return std::nullopt;
    const xcb_window_t client = m_server->clientIn(frame);
    PixelRect rect = m_server->geometryOf(frame);
    const QMargins shadow = m_server->shadowOf(client);
    rect = {rect.x + shadow.left(), rect.y + shadow.top(), rect.width - shadow.left() - shadow.right(),
            rect.height - shadow.top() - shadow.bottom()};
    return X11Window{rect, m_server->titleOf(client)};
}

} // namespace prunescope::ui
