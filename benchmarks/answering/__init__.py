"""Answers: calibration of the confidence, figures on question sets."""
