"""One file a training task, and the table of them."""

from training.tasks.classify import ClassifyTask

TASKS = {"classify": ClassifyTask}
