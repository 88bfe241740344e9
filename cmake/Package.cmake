# What is installed, and the Debian package: `cpack -G DEB` in build/release. Manual page and completions are
# printed by the program itself, so they cannot differ from it; only a release makes them.
install(TARGETS plimsoll RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    set(made "${PROJECT_BINARY_DIR}/generated/share")
    file(MAKE_DIRECTORY "${made}")
    add_custom_command(
        OUTPUT "${made}/plimsoll.1.gz" "${made}/changelog.gz" "${made}/plimsoll.bash" "${made}/_plimsoll"
               "${made}/plimsoll.fish"
        COMMAND plimsoll man > "${made}/plimsoll.1"
        COMMAND gzip -9nf "${made}/plimsoll.1"
        COMMAND gzip -9nc "${PROJECT_SOURCE_DIR}/CHANGELOG.md" > "${made}/changelog.gz"
        COMMAND plimsoll completion bash > "${made}/plimsoll.bash"
        COMMAND plimsoll completion zsh > "${made}/_plimsoll"
        COMMAND plimsoll completion fish > "${made}/plimsoll.fish"
        DEPENDS plimsoll "${PROJECT_SOURCE_DIR}/CHANGELOG.md" VERBATIM)
    add_custom_target(share ALL DEPENDS "${made}/plimsoll.1.gz")
    install(FILES "${made}/plimsoll.1.gz" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES "${made}/plimsoll.bash" DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME plimsoll)
    install(FILES "${made}/_plimsoll" DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
    install(FILES "${made}/plimsoll.fish" DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
    install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/plimsoll RENAME copyright)
    install(FILES README.md "${made}/changelog.gz" DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/plimsoll)
endif()

set(CPACK_PACKAGE_NAME plimsoll)
set(CPACK_PACKAGE_CONTACT "the plimsoll authors <plimsoll@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS postgresql) # its programs, for `gate --migration` and `inspect --pg-bindir`
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "how much more load a back end takes
 Reads the evidence that a team already has (slow-query logs, plans, latency, CI timing, git history)
 and prints a load line with intervals, five signs, and an evolve-or-rebuild verdict.")
include(CPack)
