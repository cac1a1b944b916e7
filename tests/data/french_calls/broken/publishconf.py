from pelicanconf import *
SITEURL = 'http://kiosque.example'
DEPLOY = {'site': 'ftps://nom@127.0.0.1:1/x', 'dossier': '../nulle/part'}
