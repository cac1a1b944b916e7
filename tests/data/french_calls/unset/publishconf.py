SITENAME = 'Kiosque
