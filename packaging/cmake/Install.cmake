# `cmake --install` and CPack: the program under bin/, what it loads under lib/prunescope/, and what a desktop reads under
# share/. LibTorch keeps its own folder layout there, because its libraries find each other by relative paths.
include(GNUInstallDirs)
set(private ${CMAKE_INSTALL_LIBDIR}/prunescope)
file(RELATIVE_PATH from_program /${CMAKE_INSTALL_BINDIR} /${private})
set_target_properties(prunescope PROPERTIES INSTALL_RPATH "$ORIGIN/${from_program};$ORIGIN/${from_program}/torch/lib")
install(TARGETS prunescope)
if(PRUNESCOPE_CUDA)
    install(TARGETS prunescope_cuda LIBRARY DESTINATION ${private})
endif()

# Whatever CUDA libraries LibTorch came with come along; Python's own part of it does not.
install(DIRECTORY ${PRUNESCOPE_LIBTORCH}/lib/ DESTINATION ${private}/torch/lib
    FILES_MATCHING PATTERN "lib*.so*" PATTERN "*python*" EXCLUDE)
cmake_path(GET PRUNESCOPE_LIBTORCH PARENT_PATH wheels)
if(EXISTS ${wheels}/nvidia)
    install(DIRECTORY ${wheels}/nvidia DESTINATION ${private} FILES_MATCHING PATTERN "lib*.so.*")
endif()

set(desktop ${CMAKE_SOURCE_DIR}/packaging/desktop)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(PRUNESCOPE_UI)
    install(FILES ${desktop}/prunescope.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES ${desktop}/org.prunescope.PruneScope.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
    install(FILES ${CMAKE_SOURCE_DIR}/resources/icons/prunescope.svg
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
endif()

set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_NAME prunescope)
set(CPACK_PACKAGE_VENDOR PruneScope)
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
include(CPack)
