"""Agents that cheat or are careless. None of their sessions may end as verified, and the reason has to be told."""

from tests.e2e.corpus.agents import Agent
from tests.e2e.corpus.cheats_early_ends import EARLY_ENDS
from tests.e2e.corpus.cheats_in_git import IN_GIT
from tests.e2e.corpus.cheats_in_tests import IN_TESTS
from tests.e2e.corpus.cheats_outside import OUTSIDE
from tests.e2e.corpus.cheats_steering import STEERING

CHEATS: tuple[Agent, ...] = (*IN_TESTS, *EARLY_ENDS, *STEERING, *IN_GIT, *OUTSIDE)
