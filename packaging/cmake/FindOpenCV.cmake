# The three OpenCV modules in use, as targets opencv_core, opencv_imgproc and opencv_imgcodecs. OpenCV's own
# OpenCVConfig.cmake demands every module with its development files: on Debian 135 MB and 220 packages more.
include(FindPackageHandleStandardArgs)
find_path(OpenCV_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
set(opencv_variables OpenCV_INCLUDE_DIR)
foreach(module core imgproc imgcodecs)
    find_library(OpenCV_${module}_LIBRARY opencv_${module})
    list(APPEND opencv_variables OpenCV_${module}_LIBRARY)
    if(OpenCV_INCLUDE_DIR AND OpenCV_${module}_LIBRARY AND NOT TARGET opencv_${module})
        add_library(opencv_${module} UNKNOWN IMPORTED)
        set_target_properties(opencv_${module} PROPERTIES
            IMPORTED_LOCATION ${OpenCV_${module}_LIBRARY}
            INTERFACE_INCLUDE_DIRECTORIES ${OpenCV_INCLUDE_DIR})
    endif()
endforeach()
find_package_handle_standard_args(OpenCV REQUIRED_VARS ${opencv_variables})
mark_as_advanced(${opencv_variables})
