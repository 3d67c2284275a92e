"""The verbs that both faces call. May import analysis, review, report and below; must not know Qt or a terminal."""
