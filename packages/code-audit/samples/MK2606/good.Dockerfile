ARG BASE=python:3.11.9-slim
FROM ${BASE} AS builder
FROM builder
FROM python@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
FROM localhost:5000/python:3.11
FROM scratch
