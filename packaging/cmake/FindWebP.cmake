# libwebp with its demultiplexer, as the target WebP::webpdemux.
include(FindPackageHandleStandardArgs)
find_path(WebP_INCLUDE_DIR webp/demux.h)
find_library(WebP_LIBRARY webp)
find_library(WebP_demux_LIBRARY webpdemux)
find_package_handle_standard_args(WebP REQUIRED_VARS WebP_INCLUDE_DIR WebP_LIBRARY WebP_demux_LIBRARY)
if(WebP_FOUND AND NOT TARGET WebP::webpdemux)
    add_library(WebP::webpdemux UNKNOWN IMPORTED)
    set_target_properties(WebP::webpdemux PROPERTIES
        IMPORTED_LOCATION ${WebP_demux_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${WebP_INCLUDE_DIR}
        INTERFACE_LINK_LIBRARIES ${WebP_LIBRARY})
endif()
mark_as_advanced(WebP_INCLUDE_DIR WebP_LIBRARY WebP_demux_LIBRARY)
