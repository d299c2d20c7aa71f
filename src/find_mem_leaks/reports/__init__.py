"""Rendering only: cells in, text out."""
