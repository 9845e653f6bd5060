FROM node:20.11.1-alpine
COPY . /app
CMD ["node", "server.js"]
