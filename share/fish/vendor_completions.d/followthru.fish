# Completion of followthru for fish. The program itself says what may stand behind Tab.
_FOLLOWTHRU_COMPLETE=fish_source followthru | source
