# The model that comes with the program: the folder PRUNESCOPE_BUNDLE_MODEL, by default resources/models/prunescope-tiny.
# A build finds it through a link beside its bin/, an installation has the files themselves. Neither needs it to be there.
include(GNUInstallDirs)
set(PRUNESCOPE_BUNDLE_MODEL "$ENV{PRUNESCOPE_BUNDLE_MODEL}" CACHE PATH
    "Model folder that an installation brings along; empty: resources/models/prunescope-tiny")

# From the program to the folder of models: what app/folders/bundled_model.cpp follows.
set(models ${CMAKE_INSTALL_DATADIR}/prunescope/models)
file(RELATIVE_PATH PRUNESCOPE_MODELS_FROM_PROGRAM /${CMAKE_INSTALL_BINDIR} /${models})

# require_model_folder(FOLDER): stops where an engine could not read it. Shards are named by the index file.
function(require_model_folder folder)
    set(complain "PRUNESCOPE_BUNDLE_MODEL: ${folder}")
    if(NOT IS_DIRECTORY ${folder})
        message(FATAL_ERROR "${complain}: no such folder, expected one with config.json, tokenizer.json and *.safetensors")
    endif()
    set(needed config.json tokenizer.json)
    set(index ${folder}/model.safetensors.index.json)
    if(EXISTS ${index})
        file(READ ${index} text)
        string(REGEX MATCHALL "[^\"/]+\\.safetensors" shards "${text}")
        list(APPEND needed ${shards})
        list(REMOVE_DUPLICATES needed)
    else()
        list(APPEND needed model.safetensors)
    endif()
    foreach(name IN LISTS needed)
        if(NOT EXISTS ${folder}/${name})
            message(FATAL_ERROR "${complain}/${name}: no such file")
        endif()
    endforeach()
    file(READ ${folder}/config.json config)
    string(JSON type ERROR_VARIABLE problem GET "${config}" model_type)
    if(problem)
        message(FATAL_ERROR "${complain}/config.json: no JSON with a model_type, expected the config of a model")
    endif()
endfunction()

# model_folder_name(RESULT FOLDER): what people call it. In the Hugging Face cache the last part is a hash.
function(model_folder_name result folder)
    cmake_path(GET folder FILENAME name)
    if(folder MATCHES "/models--[^/]*--([^/]+)/snapshots/[^/]+$")
        set(name ${CMAKE_MATCH_1})
    endif()
    set(${result} ${name} PARENT_SCOPE)
endfunction()

if(PRUNESCOPE_BUNDLE_MODEL)
    cmake_path(ABSOLUTE_PATH PRUNESCOPE_BUNDLE_MODEL BASE_DIRECTORY ${CMAKE_SOURCE_DIR} NORMALIZE OUTPUT_VARIABLE bundled)
    string(REGEX REPLACE "/$" "" bundled ${bundled})
    require_model_folder(${bundled})
else()
    set(bundled ${CMAKE_SOURCE_DIR}/resources/models/prunescope-tiny)
endif()
model_folder_name(bundled_name ${bundled})

# The link may lead nowhere yet: who adds the folder later need not configure again.
set(beside ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${PRUNESCOPE_MODELS_FROM_PROGRAM})
file(REMOVE_RECURSE ${beside})
file(MAKE_DIRECTORY ${beside})
file(CREATE_LINK ${bundled} ${beside}/${bundled_name} SYMBOLIC)

# File by file: those of the Hugging Face cache are links, and a link must not be installed.
install(CODE "
    file(GLOB files RELATIVE \"${bundled}\" \"${bundled}/*.json\" \"${bundled}/*.safetensors\" \"${bundled}/*.jinja\" \"${bundled}/*.txt\" \"${bundled}/*.md\")
    foreach(name IN LISTS files)
        file(REAL_PATH \"${bundled}/\${name}\" real)
        file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${models}/${bundled_name}\" TYPE FILE RENAME \"\${name}\" FILES \"\${real}\")
    endforeach()")
