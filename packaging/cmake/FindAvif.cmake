# libavif, as the target Avif::avif.
include(FindPackageHandleStandardArgs)
find_path(Avif_INCLUDE_DIR avif/avif.h)
find_library(Avif_LIBRARY avif)
find_package_handle_standard_args(Avif REQUIRED_VARS Avif_INCLUDE_DIR Avif_LIBRARY)
if(Avif_FOUND AND NOT TARGET Avif::avif)
    add_library(Avif::avif UNKNOWN IMPORTED)
    set_target_properties(Avif::avif PROPERTIES
        IMPORTED_LOCATION ${Avif_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${Avif_INCLUDE_DIR})
endif()
mark_as_advanced(Avif_INCLUDE_DIR Avif_LIBRARY)
